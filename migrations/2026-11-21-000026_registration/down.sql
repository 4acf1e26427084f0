DROP FUNCTION forget_registrations, confirm_registration, registration_behind, give_registration_token, registration_to_answer, register_account, registration_names, registration_place;
DROP FUNCTION verify_domain_by_mail, domain_behind, ask_domain_mailbox, domain_mailboxes, domains_of_others, verify_domain, keep_verified_domain,
    manages_registration_of;
DROP TABLE registrations;
DROP TABLE registration_domains;
DROP TABLE registration_settings;
