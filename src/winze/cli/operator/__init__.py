"""What the commands of an operator are made of: running a node, and watching one."""
