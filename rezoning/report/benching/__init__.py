"""What a bench comes to: runs of settings against each other as scores, tables, profiles and a page."""
