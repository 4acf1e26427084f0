DROP FUNCTION wipe_unsent_mails, mail_to_send;
DROP TABLE mails;
