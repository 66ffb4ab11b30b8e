"""The school finder: which school now, which under each option, how far; as a page, as lists and as JSON."""

from rezoning.report.finder.addresses import AddressBook, read_addresses
from rezoning.report.finder.along import zone_streets
from rezoning.report.finder.lists import address_rows, zone_lists
from rezoning.report.finder.page import finder_page
from rezoning.report.finder.record import finder_record

__all__ = ["AddressBook", "address_rows", "finder_page", "finder_record", "read_addresses", "zone_lists", "zone_streets"]
