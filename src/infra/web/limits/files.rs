//! Files and imports.
use super::{Answer::*, DAY, HOUR, Limit, Per::*, limits};

limits! {
    FILE_SIZE: Limit::bytes(25 << 20, "A file of a message")
        .per(File).answers(AtField)
        .because("As much as mail servers take. The setting CLIENTELE_FILE_MB has another number for the installation."),
    FILES_OF_A_MESSAGE: Limit::number(10, "Files")
        .per(Message).answers(AtField)
        .because("A message with more is read by nobody. The setting CLIENTELE_MESSAGE_FILES has another number for the installation."),
    FORM_TEXTS: Limit::bytes(1 << 20, "The texts of a form that brings files, together")
        .per(Form).answers(TooLarge)
        .because("As a form without files."),
    UPLOADS_OF_A_PERSON: Limit::number(300, "Files of messages")
        .per(Person).within(DAY).quota("TOO_MANY_UPLOADS", "sent {} files")
        .because("Photos of a day's visits: ten messages with ten files, three times."),
    UPLOADED_BY_A_PERSON: Limit::bytes(2 << 30, "Files of messages together, counted before the first byte is kept")
        .per(Person).within(DAY).answers(AtField)
        .because("300 photos of 7 MB, or eight messages that hold as much as one may."),
    UPLOADED_BY_A_CUSTOMER: Limit::bytes(5 << 30, "Files of messages together, of the portal users of a customer")
        .per(Customer).within(DAY).answers(AtField)
        .because("Space of the tenant is not for one customer. Two people's share and a little."),
    UPLOADED_BY_A_TENANT: Limit::bytes(50 << 30, "Files of messages together")
        .per(Tenant).within(DAY).answers(AtField)
        .because("A support desk of 200 agents gets some 10 GB on a bad day. Space of the installation is not for one tenant."),
    DOCUMENT_FILES: Limit::bytes(100 << 20, "Files of messages in the document of a customer, together")
        .per(Customer).answers(Other("The document names the files that it leaves out."))
        .because("Whoever restores the customer holds the document in memory, with its files in a third more bytes than they have."),
    IMPORT_SIZE: Limit::bytes(64 << 20, "A file that is imported")
        .per(File).answers(AtField)
        .because("200,000 rows of some 300 characters; it is held in memory while it is read."),
    IMPORT_ROWS: Limit::number(200_000, "Rows of a file that is imported")
        .per(File).answers(AtField)
        .because("A run is one transaction, and takes some two minutes for so many."),
    IMPORT_COLUMNS: Limit::number(200, "Columns of a file that is imported")
        .per(File).answers(AtField)
        .because("What a page can offer to match. Exports of other systems have some 150."),
    IMPORT_CELL: Limit::number(50_000, "Characters of a cell")
        .per(File).answers(AtField)
        .because("Beyond this it is no field, but the rest of the file after a quotation mark that nobody closed."),
    IMPORT_TAGS: Limit::number(100, "Tags of a row")
        .per(File).answers(AtField)
        .because("More is no list of tags, but another column."),
    IMPORT_NEW_TAGS: Limit::number(500, "Different tags in a file")
        .per(File).answers(AtField)
        .because("As above."),
    IMPORTS_READ: Limit::number(2, "Files to import that are read at once")
        .per(Server).answers(Other("The next waits until one is read."))
        .because("Each takes memory for its text beside its bytes."),
    IMPORTS_OF_A_PERSON: Limit::number(60, "Files that are uploaded to be imported")
        .per(Person).within(DAY).quota("TOO_MANY_IMPORTS", "uploaded {} files to import")
        .because("Whoever moves from another system tries some 20 times until the columns fit."),
    IMPORTS_OF_A_TENANT: Limit::number(300, "Files that are uploaded to be imported")
        .per(Tenant).within(DAY).quota("TOO_MANY_IMPORTS", "uploaded {} files to import")
        .because("Each is kept in the database: at the most some 20 GB a day, and usually some MB."),
    RUNS_OF_A_PERSON: Limit::number(60, "Imports that are started")
        .per(Person).within(HOUR).quota("TOO_MANY_IMPORTS", "started {} imports")
        .because("One a minute; a run of a usual file takes seconds."),
    IMPORTS_RUNNING: Limit::number(1, "Imports that run at once")
        .per(Tenant).answers(Other("A page that says which one runs, and that it is to be tried again when that is done: 409."))
        .because("A run holds two database connections of the background work and its rows; two of one tenant would mostly wait for each other."),
}
