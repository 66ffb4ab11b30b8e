"""Schools that close and open: who is affected, where they go, and what it costs to decide otherwise; for the report's page and as a document."""
