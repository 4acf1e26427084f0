DROP FUNCTION forget_registrations, confirm_registration, registration_behind, give_registration_token, registration_to_answer, register_account, registration_names, registration_place;
DROP TABLE registrations;
DROP TABLE registration_domains;
DROP TABLE registration_settings;
