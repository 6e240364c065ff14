"""Shell: the plumbing every room stands on. It knows no care words."""
