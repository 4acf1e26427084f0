//! Tickets, calls and other records.
use super::{Answer::*, DAY, HOUR, Limit, Per::*, limits};

limits! {
    TICKETS_OF_STAFF: Limit::number(150, "Tickets that a member of staff opens")
        .per(Person).within(HOUR).quota("TOO_MANY_TICKETS", "opened {} tickets")
        .because("In a call centre somebody opens 60 an hour; twice that and a little."),
    TICKETS_OF_STAFF_IN_A_DAY: Limit::number(800, "Tickets that a member of staff opens")
        .per(Person).within(DAY).quota("TOO_MANY_TICKETS", "opened {} tickets")
        .because("A shift of twelve hours at 60 an hour."),
    TICKETS_OF_A_PORTAL_USER: Limit::number(60, "Tickets that a portal user opens, on pages and by the API")
        .per(Person).within(HOUR).quota("TOO_MANY_TICKETS", "opened {} tickets")
        .because("A person writes one in some minutes; a program of theirs that watches machines opens one for each that fails, at most one a minute."),
    TICKETS_OF_A_CUSTOMER: Limit::number(500, "Tickets that portal users of a customer open together")
        .per(Customer).within(DAY).quota("TOO_MANY_TICKETS", "opened {} tickets")
        .because("Each notifies staff. Many accounts of one customer must not bury the tickets of the others."),
    MESSAGES_OF_STAFF: Limit::number(1000, "Replies and notes of a member of staff")
        .per(Person).within(HOUR).quota("TOO_MANY_MESSAGES", "written {} messages")
        .because("Each mails somebody. With saved replies a quick agent answers ten a minute."),
    MESSAGES_OF_A_PORTAL_USER: Limit::number(120, "Replies of a portal user")
        .per(Person).within(HOUR).quota("TOO_MANY_MESSAGES", "written {} messages")
        .because("Two a minute for an hour: faster than anybody converses with support."),
    MESSAGES_OF_A_CUSTOMER: Limit::number(2000, "Replies of the portal users of a customer together")
        .per(Customer).within(DAY).quota("TOO_MANY_MESSAGES", "written {} messages")
        .because("As with tickets, of which each has some replies."),
    CALLS_OF_STAFF: Limit::number(120, "Calls that a member of staff schedules or logs")
        .per(Person).within(HOUR).quota("TOO_MANY_CALLS", "noted {} calls")
        .because("Two a minute: shorter calls are hardly noted."),
    CALLS_OF_A_PORTAL_USER: Limit::number(20, "Calls that a portal user asks for")
        .per(Person).within(DAY).quota("TOO_MANY_CALLS", "asked for {} calls")
        .because("Each takes somebody of staff some minutes."),
    CALLS_OF_A_CUSTOMER: Limit::number(100, "Calls that the portal users of a customer ask for together")
        .per(Customer).within(DAY).quota("TOO_MANY_CALLS", "asked for {} calls")
        .because("As above: no customer fills the calendar of everybody."),
    MESSAGE_LENGTH: Limit::number(20_000, "Characters of a message")
        .per(Message).answers(AtField)
        .because("Some eight pages. Logs and documents come as files."),
    TICKETS_AT_ONCE: Limit::number(100, "Tickets that are changed at once")
        .per(Action).answers(Other("Nothing is changed, and a sentence says so."))
        .because("Those of two pages; each is judged and logged by itself."),
    CUSTOMERS_AT_ONCE: Limit::number(100_000, "Customers that are changed at once")
        .per(Action).answers(Other("Nothing is changed, and a sentence says so."))
        .because("One statement of some seconds, with an entry in the log for each."),
    CUSTOMERS_PICKED: Limit::number(100, "Customers that are picked one by one to be changed at once")
        .per(Action).answers(Other("Nothing is changed, and a sentence says so."))
        .because("A page has 50 rows. Whoever means more takes all that the list shows."),
    TAGS: Limit::number(1000, "Tags")
        .per(Tenant).answers(Full { code: "TOO_MANY_TAGS", has: "has {} tags" })
        .because("The choices of a filter stay a list that people can look through. Usual are some dozens."),
    SAVED_VIEWS: Limit::number(200, "Saved views")
        .per(Person).answers(Full { code: "TOO_MANY_VIEWS", has: "have {} saved views" })
        .because("Names that nobody looks through any more. Usual are some five."),
    NOTES: Limit::number(2000, "Notes on a customer")
        .per(Customer).answers(Full { code: "TOO_MANY_NOTES", has: "has {} notes" })
        .because("One a working day for eight years."),
    SAVED_REPLIES: Limit::number(500, "Saved replies")
        .per(Tenant).answers(Full { code: "TOO_MANY_REPLIES", has: "has {} saved replies" })
        .because("All of them are choices of each reply."),
    DOMAINS: Limit::number(50, "Domains with which people of a customer register")
        .per(Customer).answers(AtField)
        .because("A group of companies has a dozen."),
}
