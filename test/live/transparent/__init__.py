"""Under a permissive policy guarded cannot be told from runc: the same command lines, given to two
engines of a kind, print the same and end with the same code."""
