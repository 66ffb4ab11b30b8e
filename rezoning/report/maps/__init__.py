"""Maps of pages and papers: what they are drawn from, what lies under the zones, how schools are colored and named."""
