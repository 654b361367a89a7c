"""Two hundred names of the quoting side, each with targets of a PSA and the one that an administrator would take.

The labels were written from how MSPs name things, before their author looked at how suggestions are made, and are
judged by the names alone, as an experienced administrator would. Where two people could choose differently, or where
only a near name of something else is there, nothing is expected: a mapping that is left open costs a minute, and a
wrong one is found in the books. Names of ConnectWise are whole targets, "Category › Subcategory · Type"; those of
HaloPSA are "Group › Type".

The cases lie together by what is mapped, and several share the targets of one MSP, as they would. The file is longer
than others because it is a table.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """A name, the targets that it could be mapped to, and the one that it means; None where the names do not tell."""

    source: str
    targets: tuple[str, ...]
    expected: str | None
    about: str


# Categories → Autotask billing codes

NORTHGATE = (
    "Hardware",
    "Software",
    "Software Licences",
    "Cloud Backup",
    "Backup Hardware",
    "Managed Services",
    "Labour",
    "Shipping",
    "Monitoring",
    "Training",
    "Subscriptions",
    "Miscellaneous",
)
MERIDIAN = (
    "Hardware (resale)",
    "Hardware (lease)",
    "Software (resale)",
    "MS Licensing - Recurring",
    "Managed Firewall - Recurring",
    "Firewall Hardware",
    "Server Maintenance",
    "Service Desk",
    "Cabling & Installation",
    "Consulting",
    "Telephony",
    "Freight",
)
ALDER = (
    "4000 Hardware Sales",
    "4010 Software Sales",
    "4100 Managed Services Revenue",
    "4110 Cloud Services Revenue",
    "4200 Project Labor",
    "4300 Shipping & Handling",
    "4900 Other Revenue",
)
LYON = ("Matériel informatique", "Logiciels", "Main-d'œuvre", "Licences Microsoft", "Frais de port")
KOELN = ("Wartungsverträge", "Hardware", "Software-Lizenzen", "Dienstleistungen", "Versandkosten")
PERPETUAL = ("Software - Perpetual", "Software - Subscription", "Hardware", "Labour")
PRINT = ("Printer Consumables", "Print Management", "Hardware - Servers", "Paper", "Labour")

BILLING_CODES = (
    Case("Hardware", NORTHGATE, "Hardware", "equal, beside a longer name that ends so"),
    Case("Software Licenses", NORTHGATE, "Software Licences", "American spelling, beside Software"),
    Case("Harware", NORTHGATE, "Hardware", "a letter is missing"),
    Case("HW", NORTHGATE, "Hardware", "abbreviation"),
    Case("Online backup", NORTHGATE, "Cloud Backup", "another word for it, beside backup hardware"),
    Case("Labor", NORTHGATE, "Labour", "American spelling"),
    Case("Managed Service", NORTHGATE, "Managed Services", "singular"),
    Case("Misc.", NORTHGATE, "Miscellaneous", "abbreviation with a full stop"),
    Case("Software subscriptions", NORTHGATE, None, "half of it in each of three targets"),
    Case("Backup", NORTHGATE, None, "cloud or hardware is not said"),
    Case("Cloud", NORTHGATE, None, "only the first word of another thing"),
    Case("Firewalls", MERIDIAN, None, "the box or the managed service"),
    Case("HW resale", MERIDIAN, "Hardware (resale)", "abbreviation, and the suffix tells resale from lease"),
    Case("Hardware", MERIDIAN, None, "resale or lease is not said"),
    Case("Microsoft Licensing - Recurring", MERIDIAN, "MS Licensing - Recurring", "maker abbreviated by the PSA"),
    Case("Managed firewall (monthly)", MERIDIAN, "Managed Firewall - Recurring", "another word in the suffix"),
    Case("Firewall HW", MERIDIAN, "Firewall Hardware", "abbreviation, beside the managed service"),
    Case("Service maintenance", MERIDIAN, None, "Server Maintenance is something else"),
    Case("Svc Desk", MERIDIAN, "Service Desk", "abbreviation"),
    Case("Server maint.", MERIDIAN, "Server Maintenance", "abbreviation"),
    Case("Cabling and Installations", MERIDIAN, "Cabling & Installation", "and for &, plural"),
    Case("Software", MERIDIAN, "Software (resale)", "the only one, with a suffix"),
    Case("VoIP", MERIDIAN, "Telephony", "another word for it"),
    Case("Managed Services", ALDER, "4100 Managed Services Revenue", "account number before, Revenue after"),
    Case("Hardware", ALDER, "4000 Hardware Sales", "account number before, Sales after"),
    Case("Shipping/Handling", ALDER, "4300 Shipping & Handling", "slash for &"),
    Case("Project Labour", ALDER, "4200 Project Labor", "British spelling, account number before"),
    Case("Services", ALDER, None, "managed or cloud"),
    Case("Software Support", ALDER, None, "support is no sale of software"),
    Case("Other", ALDER, "4900 Other Revenue", "a bin by its name"),
    Case(
        "Monitors",
        ("Monitoring", "Managed Services", "Software", "Labour", "Cloud Backup"),
        None,
        "screens, not watching",
    ),
    Case("Laptops", ("Hardware", "Software", "Labor", "Shipping", "Travel"), "Hardware", "what it is a kind of"),
    Case("Hardware", ("Hardware", "Hardware", "Software", "Labour"), None, "two targets of one name"),
    Case("Software", PERPETUAL, None, "two ways of selling it"),
    Case("Software (Subscription)", PERPETUAL, "Software - Subscription", "brackets for a dash"),
    Case(
        "Acme Corp Projects",
        ("Acme Capital Projects", "Acme Corporation Projects", "Apex Projects", "Internal Projects"),
        "Acme Corporation Projects",
        "Corp is Corporation, and not Capital",
    ),
    Case("Acme Corp", ("Acme Capital", "Apex Corp", "Internal", "Zenith Group"), None, "each has one word of it"),
    Case("Matériel", LYON, "Matériel informatique", "French, shorter"),
    Case("Logiciel", LYON, "Logiciels", "French singular"),
    Case("Wartungsvertrage", KOELN, "Wartungsverträge", "German, accent left out"),
    Case("Lizenzen", KOELN, "Software-Lizenzen", "German, the only licences"),
    Case("Printers", PRINT, None, "consumables and management, no printers"),
    Case("Toner & Ink", PRINT, "Printer Consumables", "what it is a kind of"),
    Case("Mgmt fees", ("Management Fees", "Managed Services", "Messaging", "Media"), "Management Fees", "abbreviation"),
    Case(
        "Installation",
        ("On-site Installation", "Remote Installation", "Installation Materials", "Training"),
        None,
        "one word of three targets",
    ),
    Case(
        "Cloud Hosting",
        ("Hosting - Cloud", "Hosting - Dedicated", "Cloud Backup", "Domain Names"),
        "Hosting - Cloud",
        "words the other way round",
    ),
    Case("UPS", ("UPS Delivery", "Power Protection", "Server Hardware", "Update Service"), None, "carrier or battery"),
)

# Categories → ConnectWise category, subcategory and type

HARBOUR = (
    "Hardware › Laptops · Inventory",
    "Hardware › Desktops · Inventory",
    "Hardware › Servers · Inventory",
    "Hardware › Monitors · Inventory",
    "Networking › Switches · Inventory",
    "Networking › Firewalls · Inventory",
    "Managed Services › Firewall · Agreement",
    "Managed Services › Monitoring · Agreement",
    "Software › Licences · Non-Inventory",
    "Software › Maintenance · Non-Inventory",
    "Cloud › Backup · Agreement",
)
PINNACLE = (
    "Hardware › Server · Hardware",
    "Hardware › Storage · Hardware",
    "Hardware › Warranty · Hardware",
    "Services › Project · Labor",
    "Services › Service Desk · Labor",
    "Services › Onsite · Labor",
    "Recurring › Microsoft 365 · Subscription",
    "Recurring › Azure · Subscription",
    "Recurring › Antivirus · Subscription",
    "One-time › Software · Software",
    "One-time › Shipping · Freight",
)
BACKUPS = (
    "Cloud › Backup · Agreement",
    "Hardware › Backup · Inventory",
    "Software › Antivirus · Non-Inventory",
    "Cloud › Hosting · Agreement",
)
PRINTERS = (
    "Hardware › Printers · Inventory",
    "Hardware › Printers · Non-Inventory",
    "Hardware › Scanners · Inventory",
    "Print › Managed Print · Agreement",
)
SECURITY = (
    "Security › CCTV · Inventory",
    "Security › Access Control · Inventory",
    "Security › Endpoint Protection · Agreement",
    "Security › Awareness Training · Agreement",
)
BORDEAUX = (
    "Téléphonie › Abonnements · Contrat",
    "Téléphonie › Appareils · Stock",
    "Réseau › Commutateurs · Stock",
    "Logiciel › Licences · Hors stock",
)
BREMEN = (
    "Software › Microsoft-Lizenzen · Nicht-Lager",
    "Software › Adobe-Lizenzen · Nicht-Lager",
    "Hardware › Notebooks · Lager",
    "Dienstleistung › Wartung · Vertrag",
)
VOICE = (
    "Telephony › Handsets · Inventory",
    "Telephony › Hosted PBX · Agreement",
    "Telephony › Call Plans · Agreement",
    "Mobile › SIM Cards · Inventory",
)
SUPPORT = (
    "Service › Server Support · Labor",
    "Service › Desktop Support · Labor",
    "Service › Remote Support · Labor",
    "Software › Support · Subscription",
)

PRODUCT_TARGETS = (
    Case("Laptops", HARBOUR, "Hardware › Laptops · Inventory", "equal to the subcategory"),
    Case("Notebooks", HARBOUR, "Hardware › Laptops · Inventory", "another word for it"),
    Case("Monitors", HARBOUR, "Hardware › Monitors · Inventory", "equal to the subcategory, beside monitoring"),
    Case("Managed Monitoring", HARBOUR, "Managed Services › Monitoring · Agreement", "the service, beside monitors"),
    Case("Switchs", HARBOUR, "Networking › Switches · Inventory", "a wrong plural"),
    Case("Firewalls", HARBOUR, "Networking › Firewalls · Inventory", "plural goods, beside the managed service"),
    Case("Managed Firewalls", HARBOUR, "Managed Services › Firewall · Agreement", "the service, beside the goods"),
    Case("SW licenses", HARBOUR, "Software › Licences · Non-Inventory", "abbreviation and American spelling"),
    Case("SW maint", HARBOUR, "Software › Maintenance · Non-Inventory", "two abbreviations"),
    Case("Desktop support", HARBOUR, None, "desktops are there as goods only"),
    Case("Hardware", HARBOUR, None, "a category with four subcategories"),
    Case("Server management", HARBOUR, None, "servers are there as goods only"),
    Case("Backup appliances", HARBOUR, None, "backup is there as a cloud service only"),
    Case("Cloud Backups", HARBOUR, "Cloud › Backup · Agreement", "plural, over both levels"),
    Case("M365", PINNACLE, "Recurring › Microsoft 365 · Subscription", "what everybody calls it"),
    Case("Office 365 - Recurring", PINNACLE, "Recurring › Microsoft 365 · Subscription", "its former name"),
    Case("Anti-virus", PINNACLE, "Recurring › Antivirus · Subscription", "hyphen"),
    Case("Project Labour", PINNACLE, "Services › Project · Labor", "subcategory and type, British spelling"),
    Case("On-site services", PINNACLE, "Services › Onsite · Labor", "hyphen, words the other way round"),
    Case("Helpdesk", PINNACLE, "Services › Service Desk · Labor", "another word for it"),
    Case("Services", PINNACLE, None, "a category with three subcategories"),
    Case("Software", PINNACLE, "One-time › Software · Software", "equal to subcategory and type"),
    Case("Subscription", PINNACLE, None, "a type of three targets"),
    Case("Backup", BACKUPS, None, "one subcategory in two categories"),
    Case("Backup Hardware", BACKUPS, "Hardware › Backup · Inventory", "words the other way round"),
    Case("Backup (cloud)", BACKUPS, "Cloud › Backup · Agreement", "the category in brackets"),
    Case("Printers", PRINTERS, None, "two targets differ by type only"),
    Case("Printers (non-inventory)", PRINTERS, "Hardware › Printers · Non-Inventory", "the type in brackets"),
    Case("IP Phones", VOICE, "Telephony › Handsets · Inventory", "another word for it"),
    Case("Téléphonie", BORDEAUX, None, "a French category with two subcategories"),
    Case("Licences logicielles", BORDEAUX, "Logiciel › Licences · Hors stock", "French, the category as an adjective"),
    Case("Lizenzen Microsoft", BREMEN, "Software › Microsoft-Lizenzen · Nicht-Lager", "German compound, taken apart"),
    Case("Surveillance cameras", SECURITY, "Security › CCTV · Inventory", "abbreviated by the PSA, no word shared"),
    Case("Security", SECURITY, None, "the category of all of them"),
    Case("Service", SUPPORT, None, "a category with three subcategories"),
)

# Categories → HaloPSA asset group and type

BRIGHTON = (
    "Computers › Laptop",
    "Computers › Desktop",
    "Computers › Server",
    "Peripherals › Monitor",
    "Peripherals › Docking Station",
    "Network › Router",
    "Network › Switch",
    "Network › Access Point",
    "Software › Licence",
    "Software › Subscription",
    "Services › Managed Service",
    "Services › Server Care",
)
KESTREL = (
    "Infrastructure › UPS",
    "Infrastructure › Rack",
    "Infrastructure › Cabling",
    "End User › Notebook",
    "End User › Tablet",
    "End User › Mobile Phone",
    "Contracts › Support",
    "Contracts › Maintenance",
    "Contracts › Warranty",
    "Cloud › SaaS",
)
ULM = ("Peripherie › Drucker", "Peripherie › Bildschirm", "Computer › Arbeitsplatz", "Netzwerk › Switch")
NANTES = ("Périphériques › Écran", "Périphériques › Imprimante", "Ordinateurs › Portable", "Ordinateurs › Fixe")

ASSET_GROUPS = (
    Case("Laptop computers", BRIGHTON, "Computers › Laptop", "both levels, the other way round"),
    Case("Docks", BRIGHTON, "Peripherals › Docking Station", "short form"),
    Case("Monitoring", BRIGHTON, None, "a monitor is something else"),
    Case("Wireless access points", BRIGHTON, "Network › Access Point", "a word more, plural"),
    Case("Wi-Fi APs", BRIGHTON, "Network › Access Point", "abbreviation of two words"),
    Case("Screens", BRIGHTON, "Peripherals › Monitor", "another word for it"),
    Case("Server", BRIGHTON, "Computers › Server", "equal to the type, beside a service for servers"),
    Case("Managed svcs", BRIGHTON, "Services › Managed Service", "abbreviation, plural"),
    Case("Subscription software", BRIGHTON, "Software › Subscription", "words the other way round"),
    Case("Software", BRIGHTON, None, "a group with two types"),
    Case("Routers & Switches", BRIGHTON, None, "two targets in one name"),
    Case("Uninterruptible power supplies", KESTREL, "Infrastructure › UPS", "abbreviated by the PSA"),
    Case("Support & Maintenance", KESTREL, None, "two targets in one name"),
    Case("Mobile device management", KESTREL, None, "a service, beside the device"),
    Case("Maintenance contracts", KESTREL, "Contracts › Maintenance", "words the other way round"),
    Case("Racks / Cabinets", KESTREL, "Infrastructure › Rack", "two words for one thing"),
    Case("Software as a Service", KESTREL, "Cloud › SaaS", "abbreviated by the PSA"),
    Case("Tabletts", KESTREL, "End User › Tablet", "misspelt plural"),
    Case("Contracts", KESTREL, None, "a group with three types"),
    Case("Bildschirme", ULM, "Peripherie › Bildschirm", "German plural"),
    Case("Ecrans", NANTES, "Périphériques › Écran", "French plural, accent left out"),
    Case(
        "Printer",
        ("Peripherals › Printer", "Peripherals › Printer", "Peripherals › Scanner", "Computers › Laptop"),
        None,
        "two targets of one name",
    ),
    Case(
        "Printing",
        ("Peripherals › Printer", "Services › Print Management", "Consumables › Paper", "Computers › Laptop"),
        None,
        "goods or a service",
    ),
)

# Owners → resources, members, agents

STAFF = (
    "John Smith",
    "Joan Smith",
    "Sarah O'Connor",
    "Jürgen Müller",
    "Anne-Marie Dubois",
    "Robert Jones",
    "Roberta Jones",
    "David Lee",
    "David Leigh",
    "Priya Patel",
    "Help Desk",
    "Sales",
)
CREW = (
    "Michael Brown",
    "Michelle Brown",
    "Mike Browne",
    "Liam Murphy",
    "Siobhán Murphy",
    "Thomas Weber",
    "Thomas Wagner",
    "Chen Wei",
    "Wei Zhang",
    "Emma Wilson",
    "Emma Wilson",
)
BOARD = (
    "Novak, Alexander",
    "Dvořák, Karel",
    "de Vries, Jan",
    "van den Berg, Pieter",
    "Garcia, Maria",
    "Garcia, Mariana",
    "Clark, Steven",
    "Clarke, Stephen",
)

OWNERS = (
    Case("Smith, John", STAFF, "John Smith", "last name first"),
    Case("Jon Smith", STAFF, None, "Jon is another first name than John and Joan"),
    Case("J. Smith", STAFF, None, "two have that initial"),
    Case("Sarah OConnor", STAFF, "Sarah O'Connor", "apostrophe left out"),
    Case("Juergen Mueller", STAFF, "Jürgen Müller", "umlauts written out"),
    Case("Anne Marie Dubois", STAFF, "Anne-Marie Dubois", "hyphen left out"),
    Case("Bob Jones", STAFF, "Robert Jones", "short form of a first name, beside Roberta"),
    Case("Robret Jones", STAFF, "Robert Jones", "two letters swapped, beside Roberta"),
    Case("David Li", STAFF, None, "near to two last names, and is neither"),
    Case("Patel, P.", STAFF, "Priya Patel", "the only one of that last name and initial"),
    Case("David Lee", STAFF, "David Lee", "equal, beside one who sounds alike"),
    Case("priya.patel@northgate.example", STAFF, "Priya Patel", "address of mail"),
    Case("Emma Wilson", CREW, None, "two of one name"),
    Case("Mike Brown", CREW, None, "Michael Brown or Mike Browne"),
    Case("Michael J. Brown", CREW, "Michael Brown", "initial in the middle"),
    Case("Siobhan Murphy", CREW, "Siobhán Murphy", "accent left out"),
    Case("Murphy", CREW, None, "two have that last name"),
    Case("Wei Chen", CREW, "Chen Wei", "last name first, beside another Wei"),
    Case("T. Weber", CREW, "Thomas Weber", "initial, the last name tells them apart"),
    Case("Thomas W.", CREW, None, "two have that first name and initial"),
    Case("Laura Brown", CREW, None, "a last name that others have too"),
    Case("Liam Wilson", CREW, None, "first name of one, last name of another"),
    Case("Karel Dvorak", BOARD, "Dvořák, Karel", "accents left out, last name first"),
    Case("Jan de Vries", BOARD, "de Vries, Jan", "last name of two words first"),
    Case("Peter Novak", BOARD, None, "a last name that another has too"),
    Case("Stephen Clark", BOARD, None, "first name of one, last name of another"),
    Case("María García", BOARD, "Garcia, Maria", "accents, beside Mariana"),
    Case("Administrator", BOARD, None, "no person"),
)

# Opportunity stages and statuses

NUMBERED = ("1. Prospect", "2. Qualification", "3. Proposal", "4. Negotiation", "5. Closed Won", "6. Closed Lost")
FUNNEL = (
    "New Lead",
    "Discovery Call",
    "Quote Sent",
    "Quote Accepted",
    "Verbal Agreement",
    "Won - Pending PO",
    "Won",
    "Dead",
)
LEVELS = ("Level 1 - Lead", "Level 2 - Qualified", "Level 3 - Proposal", "Level 4 - Commit")
VERTRIEB = ("Erstkontakt", "Angebot erstellt", "Angebot verschickt", "Verhandlung", "Gewonnen", "Verloren")
CHANCES = ("25% - Qualified", "50% - Proposal", "75% - Verbal", "90% - Negotiation")

STAGES = (
    Case("Qualified", NUMBERED, "2. Qualification", "another form of the word, numbered"),
    Case("Won", NUMBERED, "5. Closed Won", "the word that matters, beside Closed Lost"),
    Case("Lost", NUMBERED, "6. Closed Lost", "the word that matters, beside Closed Won"),
    Case("Closed", NUMBERED, None, "won or lost is not said"),
    Case("Proposal Sent", NUMBERED, "3. Proposal", "a word more, numbered"),
    Case("Prospecting", NUMBERED, "1. Prospect", "another form of the word, numbered"),
    Case("On hold", NUMBERED, None, "there is no such stage"),
    Case("Qoute sent", FUNNEL, "Quote Sent", "two letters swapped"),
    Case("Quote", FUNNEL, None, "sent or accepted"),
    Case("Closed Won", FUNNEL, "Won", "a word more, beside a won one that waits"),
    Case("Quote approved", FUNNEL, "Quote Accepted", "another word for it, beside Quote Sent"),
    Case("Discovery", FUNNEL, "Discovery Call", "a word less"),
    Case("Verbal commitment", FUNNEL, "Verbal Agreement", "another word for it"),
    Case("Level 2", LEVELS, "Level 2 - Qualified", "the number tells them apart"),
    Case("Level 5", LEVELS, None, "a number that is not there"),
    Case("Angebot", VERTRIEB, None, "German, made or sent"),
    Case("Auftrag gewonnen", VERTRIEB, "Gewonnen", "German, a word more"),
    Case("Proposal", ("Proposal", "Proposal", "Won", "Lost"), None, "two targets of one name"),
    Case("75% - Negotiation", CHANCES, None, "the number of one, the word of another"),
)

# Opportunity types and categories

DEALS = (
    "New Business",
    "Existing Business",
    "Renewal",
    "Hardware Refresh",
    "Project",
    "Managed Services Agreement",
    "Cross-sell",
)

TYPES = (
    Case("Renewals", DEALS, "Renewal", "plural"),
    Case("New Biz", DEALS, "New Business", "abbreviation, beside Existing Business"),
    Case("Hardware", DEALS, None, "not every sale of hardware is a refresh"),
    Case("MSA", DEALS, "Managed Services Agreement", "initials"),
    Case("Business", DEALS, None, "new or existing"),
    Case("Upsell", DEALS, None, "cross-selling is something else"),
    Case("Cross selling", DEALS, "Cross-sell", "another form of the word, no hyphen"),
    Case("Existing customer", DEALS, "Existing Business", "another word for it, beside New Business"),
    Case("New logo", DEALS, "New Business", "as people in sales call it"),
    Case(
        "Project services",
        ("Project Work", "Professional Services", "Managed Services", "Product Sale"),
        None,
        "one word of each of three targets",
    ),
)

# Payment terms

NET = ("Due on Receipt", "Net 10", "Net 15", "Net 30", "Net 45", "Net 60", "COD", "Prepaid")
DAYS = (
    "30 days",
    "30 days end of month",
    "14 days",
    "2% 10 Net 30",
    "Direct Debit",
    "50% deposit, balance on completion",
)
TAGE = ("Netto 14 Tage", "Netto 30 Tage", "Sofort fällig", "2 % Skonto, 30 Tage")
JOURS = ("Comptant à réception de facture", "30 jours fin de mois", "30 jours nets", "45 jours")

TERMS = (
    Case("30 days net", NET, "Net 30", "words the other way round, and days"),
    Case("Net45", NET, "Net 45", "no space, beside Net 30"),
    Case("Net 90", NET, None, "a number that is not there"),
    Case("Payment within 15 days", NET, "Net 15", "in a sentence"),
    Case("Upon receipt", NET, "Due on Receipt", "a word less, upon for on"),
    Case("Cash on delivery", NET, "COD", "initials"),
    Case("Pre-payment", NET, "Prepaid", "another form of the word, hyphen"),
    Case("Net", NET, None, "no number"),
    Case("60 days", NET, "Net 60", "the number, in other words"),
    Case("Net 30 EOM", NET, None, "from the end of the month is another term"),
    Case("30 days EOM", DAYS, "30 days end of month", "initials, beside 30 days"),
    Case("Net 14", DAYS, "14 days", "the number, in other words"),
    Case("2/10 net 30", DAYS, "2% 10 Net 30", "as accountants write it, beside 30 days"),
    Case("DD", DAYS, "Direct Debit", "initials"),
    Case("50% upfront", DAYS, "50% deposit, balance on completion", "in other words"),
    Case("Immediate", DAYS, None, "there is no such term"),
    Case("100% deposit", DAYS, None, "a number that is not there"),
    Case("30 Tage netto", TAGE, "Netto 30 Tage", "German, words the other way round"),
    Case("A réception", JOURS, "Comptant à réception de facture", "French, shorter, accent left out"),
    Case("30 jours", JOURS, None, "French, net or from the end of the month"),
)

# Taxes

VAT = ("VAT 20% (Standard)", "VAT 5% (Reduced)", "VAT 0% (Zero Rated)", "VAT Exempt", "Reverse Charge")
COUNTIES = (
    "CA - Los Angeles County",
    "CA - Orange County",
    "FL - Orange County",
    "TX - Harris County",
    "Non-Taxable",
)
CANADA = ("GST 5%", "HST 13% ON", "HST 15% NS", "PST 7% BC", "No Tax")
MWST = ("19% MwSt.", "7% MwSt.", "Steuerfrei", "Reverse Charge §13b")

TAXES = (
    Case("Standard rate VAT", VAT, "VAT 20% (Standard)", "words the other way round, no number"),
    Case("Zero-rated", VAT, "VAT 0% (Zero Rated)", "the part in brackets, hyphen"),
    Case("VAT", VAT, None, "a word of four targets"),
    Case("Exempt from VAT", VAT, "VAT Exempt", "words the other way round"),
    Case("VAT 19%", VAT, None, "a number that is not there"),
    Case("Orange County", COUNTIES, None, "there is one in two states"),
    Case("Orange County, CA", COUNTIES, "CA - Orange County", "words the other way round, the state tells"),
    Case("Nontaxable", COUNTIES, "Non-Taxable", "hyphen left out"),
    Case("HST", CANADA, None, "a word of two targets"),
    Case("HST Ontario", CANADA, "HST 13% ON", "the province written out"),
    Case("MwSt 19 %", MWST, "19% MwSt.", "German, words the other way round"),
)

# Quote statuses

STATUSES = ("Draft", "Awaiting Approval", "Sent to Customer", "Accepted", "Rejected", "Expired", "Cancelled")

QUOTE_STATUSES = (
    Case("Declined", STATUSES, "Rejected", "another word for it"),
    Case("Canceled", STATUSES, "Cancelled", "American spelling"),
    Case("Pending approval", STATUSES, "Awaiting Approval", "another word for it"),
    Case("Sent", STATUSES, "Sent to Customer", "shorter"),
    Case("Viewed", STATUSES, None, "there is no such status"),
    Case("Approved", ("Approved by Manager", "Approved by Customer", "Draft", "Sent"), None, "by whom is not said"),
    Case("Won", ("Won - To Order", "Won - Ordered", "Lost", "Draft"), None, "ordered or not is not said"),
)

CASES = (
    *BILLING_CODES,
    *PRODUCT_TARGETS,
    *ASSET_GROUPS,
    *OWNERS,
    *STAGES,
    *TYPES,
    *TERMS,
    *TAXES,
    *QUOTE_STATUSES,
)
