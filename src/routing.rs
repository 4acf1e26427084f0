//! Which topic, or which time, feeds which handler: the whole of it (SPEC §15).
use crate::{
    accounts, attachments, calls,
    contacts::entity::CONTACT,
    customers::entity::CUSTOMER,
    events, imports,
    infra::jobs::{Handler, Lane},
    lifecycle, mails, maintenance, notifications, organisation, registration, search, users,
};

/// A handler's name is kept with its tasks, so it stays once it has been released.
pub static HANDLERS: &[Handler] = &[
    Handler::on(
        "add_headquarters",
        "Makes a new business customer's address its headquarters",
        &["CUSTOMER_CREATED"],
        organisation::subscribers::add_headquarters,
    ),
    Handler::on(
        "renew_claims",
        "Tells a customer's users which products it has now",
        &["CUSTOMER_UPDATED"],
        users::subscribers::renew_claims_of_users,
    )
    .when_changed(&["products"]),
    Handler::on(
        "index_customers",
        "Brings what search knows of customers up to date",
        &["CUSTOMER_CREATED", "CUSTOMER_RESTORED", "CUSTOMER_UPDATED", "CUSTOMER_DELETED"],
        search::subscribers::index_customers,
    )
    .when_found_by_other_words(&CUSTOMER)
    .in_lane(Lane::SEARCH),
    Handler::on(
        "index_contacts",
        "Brings what search knows of contacts up to date",
        &["CONTACT_CREATED", "CONTACT_RESTORED", "CONTACT_UPDATED", "CONTACT_DELETED"],
        search::subscribers::index_contacts,
    )
    .when_found_by_other_words(&CONTACT)
    .in_lane(Lane::SEARCH),
    Handler::on(
        "index_tickets",
        "Brings what search knows of tickets up to date",
        &["TICKET_CREATED", "TICKET_RESTORED", "TICKET_UPDATED"],
        search::subscribers::index_changed_tickets,
    )
    .when_changed(&[
        "customer_id",
        "number",
        "subject",
        "requester_name",
        "requester_id",
        "requester_contact_id",
    ])
    .in_lane(Lane::SEARCH),
    Handler::on(
        "index_messages",
        "Brings what search knows of messages up to date",
        &["TICKET_MESSAGE_CREATED", "TICKET_MESSAGE_RESTORED"],
        search::subscribers::index_written_tickets,
    )
    .in_lane(Lane::SEARCH),
    Handler::on(
        "index_tickets_of_customers",
        "Lets tickets be found by the new name of their customer",
        &["CUSTOMER_UPDATED"],
        search::subscribers::index_tickets_of_customers,
    )
    .when_changed(&["name", "email", "email_domain"])
    .in_lane(Lane::SEARCH),
    Handler::on(
        "index_tickets_of_requesters",
        "Lets tickets be found by the new address of whoever asked",
        &["USER_UPDATED", "CONTACT_UPDATED"],
        search::subscribers::index_tickets_of_requesters,
    )
    .when_changed(&["email"])
    .in_lane(Lane::SEARCH),
    Handler::on(
        "notify_of_tickets",
        "Tells people of new tickets",
        &["TICKET_CREATED"],
        notifications::subscribers::on_ticket_created,
    ),
    Handler::on(
        "notify_of_messages",
        "Tells people of new messages",
        &["TICKET_MESSAGE_CREATED"],
        notifications::subscribers::on_message_created,
    ),
    Handler::on(
        "notify_of_assignments",
        "Tells people of tickets that are given to them",
        &["TICKET_UPDATED"],
        notifications::subscribers::on_ticket_assigned,
    )
    .when_changed(&["assignee_id"]),
    Handler::on(
        "notify_of_calls",
        "Tells people of calls that customers ask for",
        &["CALL_CREATED"],
        notifications::subscribers::on_call_requested,
    ),
    Handler::on(
        "tell_of_arranged_calls",
        "Tells whoever asked for a call when it is, with a calendar file",
        &["CALL_CREATED", "CALL_UPDATED"],
        calls::subscribers::on_call_arranged,
    )
    .when_changed(&["status", "scheduled_at", "scheduled_minutes"]),
    Handler::on(
        "forget_notifications",
        "Takes back notifications of what somebody may not see any more",
        &["CUSTOMER_ASSIGNMENT_DELETED", "TICKET_COPY_DELETED"],
        notifications::subscribers::on_sight_lost,
    ),
    Handler::on(
        "mail_notifications",
        "Sends what somebody was told in the last minutes as one email",
        &["NOTIFICATION_CREATED"],
        notifications::subscribers::mail_news,
    )
    .after_seconds(180),
    Handler::on(
        "answer_registrations",
        "Mails a link to whoever registers",
        &["REGISTRATION_CREATED"],
        registration::subscribers::answer_registrations,
    )
    .at_sign_in()
    .one_by_one(10),
    Handler::clock(
        "forget_registrations",
        "Forgets registrations of a week ago",
        "29 * * * *",
        registration::subscribers::forget_old,
    ),
    Handler::on(
        "answer_reset_requests",
        "Mails a link to whoever forgot their password",
        &["RESET_REQUEST_CREATED"],
        accounts::subscribers::answer_reset_requests,
    )
    .at_sign_in()
    .one_by_one(10),
    Handler::outside("send_mail", "Sends a mail", &["MAIL_CREATED"], mails::subscribers::send_mail)
        .at_sign_in()
        .one_by_one(15)
        .in_lane(Lane::MAIL),
    Handler::outside(
        "run_import",
        "Imports a file that somebody started to import",
        &["IMPORT_UPDATED"],
        imports::subscribers::run_import,
    )
    .when_changed(&["state"])
    .one_by_one(6)
    .in_lane(Lane::IMPORTS),
    Handler::outside(
        "remove_files",
        "Removes the files of what was deleted",
        &["ATTACHMENT_DELETED"],
        attachments::subscribers::remove_files,
    )
    .in_lane(Lane::FILES),
    Handler::outside(
        "sweep_files",
        "Removes uploads that were never sent",
        &[],
        attachments::subscribers::sweep,
    )
    .by_clock("23 4 * * *")
    .in_lane(Lane::FILES),
    Handler::on(
        "tell_of_wishes",
        "Tells who looks after a deactivated customer that it asks to come back",
        &["CUSTOMER_DEACTIVATION_UPDATED"],
        lifecycle::subscribers::notify_of_requests,
    )
    .when_changed(&["asked_at"]),
    Handler::on(
        "tell_of_deactivations",
        "Tells the admins of a customer that its access is switched off",
        &["CUSTOMER_DEACTIVATION_CREATED"],
        lifecycle::subscribers::notify_of_deactivations,
    ),
    Handler::on(
        "tell_of_returns",
        "Tells the admins of a customer that its access is switched on again",
        &["CUSTOMER_DEACTIVATION_UPDATED"],
        lifecycle::subscribers::notify_of_returns,
    )
    .when_changed(&["reactivated_at"]),
    Handler::on(
        "close_tickets_of_churned",
        "Closes the tickets of a customer whose grace period is over",
        &["CUSTOMER_DEACTIVATION_UPDATED"],
        lifecycle::subscribers::close_tickets_of_churned,
    )
    .when_changed(&["churned_at"])
    .one_by_one(10),
    Handler::clock(
        "end_grace_periods",
        "Makes customers churned whose grace period is over",
        "*/5 * * * *",
        lifecycle::subscribers::end_grace_periods,
    ),
    Handler::on(
        "warn_of_bursts",
        "Warns admins of many failed sign-ins",
        &["SIGN_IN_FAILED", "ACCESS_REFUSED"],
        events::subscribers::warn_of_bursts,
    )
    .after_seconds(5),
    Handler::clock(
        "forget_accesses",
        "Deletes access records past their retention",
        "37 2 * * *",
        events::subscribers::forget_accesses,
    ),
    Handler::clock(
        "wipe_unsent_mails",
        "Gives up mails that could not be sent for a week",
        "17 * * * *",
        mails::subscribers::wipe_unsent,
    ),
    Handler::clock(
        "forget_finished_tasks",
        "Forgets tasks that were done a week ago",
        "*/20 * * * *",
        maintenance::forget_finished,
    ),
    Handler::clock(
        "forget_expired_sessions",
        "Forgets sessions that have ended",
        "41 * * * *",
        maintenance::forget_expired_sessions,
    ),
    Handler::clock(
        "forget_submissions",
        "Forgets which forms were sent a day ago",
        "53 * * * *",
        maintenance::forget_submissions,
    ),
    Handler::clock(
        "forget_stashes",
        "Forgets forms that were sent without a session an hour ago",
        "*/10 * * * *",
        maintenance::forget_stashes,
    ),
    Handler::clock(
        "forget_quotas",
        "Forgets what limits counted in hours and days that are over",
        "47 * * * *",
        maintenance::forget_quotas,
    ),
    Handler::clock(
        "recount_figures",
        "Counts the figures of customers anew and corrects what is wrong",
        "40 3 * * *",
        maintenance::recount_figures,
    ),
    Handler::clock(
        "make_room_in_the_log",
        "Makes the log's partitions for the coming months",
        "17 3 * * *",
        maintenance::make_room_in_the_log,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_every_handler_is_fed() {
        let names: BTreeSet<_> = HANDLERS.iter().map(|handler| handler.name).collect();
        assert_eq!(names.len(), HANDLERS.len());
        for handler in HANDLERS {
            assert_ne!(handler.topics.is_empty(), handler.at.is_empty(), "{}", handler.name);
            assert!(handler.together > 0 && (1..=100).contains(&handler.tries), "{}", handler.name);
        }
    }

    #[test]
    fn every_clock_is_a_cron_expression() {
        for handler in HANDLERS.iter().filter(|handler| !handler.at.is_empty()) {
            handler.at.parse::<croner::Cron>().unwrap();
        }
    }
}
