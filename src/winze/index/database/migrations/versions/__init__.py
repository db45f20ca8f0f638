"""The revisions. What one of them does is never changed once it was released."""
