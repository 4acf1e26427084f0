//! Sign-in, accounts and mails.
use super::{Answer::*, DAY, HOUR, Limit, Per::*, limits};
use crate::values::person_name::PersonName;

limits! {
    SIGN_INS_OF_AN_ACCOUNT_FROM_A_PLACE: Limit::number(5, "Wrong passwords")
        .per(AccountAndAddress).within(HOUR).waits(900)
        .because("Who guesses at one account from one place is soon slow. People who mistype need two or three tries."),
    SIGN_INS_OF_AN_ACCOUNT: Limit::number(20, "Wrong passwords")
        .per(Account).within(HOUR).waits(8)
        .because("Who guesses from many places stays slow, and its owner still gets in."),
    SIGN_INS_FROM_A_PLACE: Limit::number(50, "Wrong passwords, links and keys")
        .per(Address).within(HOUR).waits(15)
        .because("Who tries many accounts stays slow, and the others behind the address still get in."),
    SIGN_INS_OF_A_BROWSER: Limit::number(10, "Wrong passwords in a browser that was in before, instead of the three above")
        .per(Browser).within(HOUR).waits(900)
        .because("Its owner does not meet what strangers do."),
    PRESENT_PASSWORDS: Limit::number(10, "Wrong present passwords within a session")
        .per(Session).within(HOUR).answers(Other("The session ends."))
        .because("Somebody sits at another person's open browser."),
    CONFIRMATION_PASSWORDS: Limit::number(5, "Wrong passwords that belong to a mailed link")
        .per(Link).within(HOUR).waits(900)
        .because("As with sign-in."),
    LINKS_OF_AN_ACCOUNT_FROM_A_PLACE: Limit::number(5, "Mailed links for a new password or a new account that are asked for by somebody signed out")
        .per(AccountAndAddress).within(HOUR).waits(900)
        .because("Each sends a mail. A mail that does not come is asked for again once or twice. Not counted by account alone, so that no stranger can use it up."),
    LINKS_FROM_A_PLACE: Limit::number(20, "Mailed links that are asked for by somebody signed out")
        .per(Address).within(HOUR).waits(15)
        .because("A company behind one address registers its people on one morning."),
    RESET_LINKS: Limit::number(5, "Links for a new password that are good at a time")
        .per(Account).within(HOUR).answers(Other("No further mail is sent, since those that are good have arrived. The page answers the same."))
        .because("Nobody fills another person's mailbox."),
    REGISTRATIONS_OF_A_MAILBOX: Limit::number(10, "Registrations")
        .per(Mailbox).within(DAY).quota("TOO_MANY_REGISTRATIONS", "asked {} times for an account with this mailbox")
        .because("Each sends a mail, and `me+1@`, `me+2@` are one mailbox. People ask once or twice."),
    REGISTRATIONS_AT_A_DOMAIN: Limit::number(300, "Registrations")
        .per(Domain).within(HOUR).quota("TOO_MANY_REGISTRATIONS", "asked {} times for an account with addresses of this domain")
        .because("A company is invited to register on one morning. Beyond that its admin invites, which is counted by itself."),
    SESSIONS: Limit::number(50, "Sessions, of browsers and tokens together")
        .per(Account).answers(Other("The one that would end first ends."))
        .because("A person has a handful of browsers, a program a token at a time."),
    STASHED_FORM: Limit::bytes(512 << 10, "What is kept of a form that was sent after the session had ended")
        .per(Form).answers(Other("The form is not kept, and the page says so."))
        .because("Long texts; files are chosen again."),
    PASSED_FILES: Limit::bytes(64 << 20, "What is read past of the files of such a form")
        .per(Form).answers(Other("The form is not kept, and the page says so."))
        .because("So that its sender gets to read the answer."),
    STASHES: Limit::number(10, "Such forms that are kept")
        .per(Account).within(HOUR).answers(Other("The form is not kept, and the page says so."))
        .because("Somebody has a few windows open when a session ends."),
    CHECKS_WAITING: Limit::number(400, "Passwords that wait to be compared")
        .per(Server).answers(Busy)
        .because("At some 50 ms each, the last of them waits for ten seconds on two cores."),
    NEW_PASSWORDS_WAITING: Limit::number(50, "New passwords that wait to be judged")
        .per(Server).answers(Busy)
        .because("Judging one can take a second. They have a thread to themselves, and keep nobody waiting who signs in."),
    PASSWORD_LENGTH: Limit::number(128, "Characters of a password")
        .per(Field).answers(AtField)
        .because("A passphrase of twenty words; hashing more tells nothing more."),
    NAME_LENGTH: Limit::number(PersonName::LIMIT as u64, "Characters of the name of a person")
        .per(Field).answers(AtField)
        .because("Names stand in mails and beside messages; the longest that people have fit in."),
    INVITATIONS_OF_A_PERSON: Limit::number(100, "Invitations, also sent again")
        .per(Person).within(HOUR).quota("TOO_MANY_INVITATIONS", "invited {} people")
        .because("Each sends a mail. An admin who sets up a department invites some dozens, one after the other."),
    INVITATIONS_OF_A_CUSTOMER: Limit::number(200, "Invitations by the customer's own admins")
        .per(Customer).within(DAY).quota("TOO_MANY_INVITATIONS", "invited {} people")
        .because("The team of a customer has some dozens of people."),
    INVITATIONS_OF_A_TENANT: Limit::number(2000, "Invitations")
        .per(Tenant).within(DAY).quota("TOO_MANY_INVITATIONS", "invited {} people")
        .because("On the day on which a portal is opened, the admins of a thousand customers are invited. The reputation of the mail server is shared."),
    MAILS_OF_A_PERSON: Limit::number(30, "Mails to addresses that the person names: to verify a domain, or to change the own address")
        .per(Person).within(HOUR).quota("TOO_MANY_MAILS", "had {} mails sent")
        .because("A customer lists a few domains, and nobody changes their address twice a day."),
    MAILS_TO_AN_ADDRESS: Limit::number(10, "Invitations, verifications and changes of address that are mailed to it")
        .per(Recipient).within(DAY).quota("TOO_MANY_MAILS", "had {} mails sent to this address")
        .because("Whoever gets them has not asked for them. A mail that does not come is sent again a few times."),
    REFUSALS_LOGGED: Limit::number(60, "Refusals that are written to the audit log")
        .per(Person).within(HOUR).answers(Other("The next entry says how many more there were."))
        .because("Whoever tries a thousand addresses must not fill the log. Of somebody signed out it is counted by address."),
}
