"""The equity impact statement in words: as a record for pages and JSON, and as rows for CSV."""

from rezoning.report.statement.record import statement_record
from rezoning.report.statement.rows import statement_rows
from rezoning.report.statement.verdict import option_verdict

__all__ = ["option_verdict", "statement_record", "statement_rows"]
