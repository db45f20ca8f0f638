"""The endpoints, by subject: each module makes the router of one."""
