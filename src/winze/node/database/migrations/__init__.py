"""The revisions of a node's own tables, one file each; the index has those before 0002."""
