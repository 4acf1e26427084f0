DROP FUNCTION wipe_unsent_mails, mail_to_send;
DROP TABLE mails;
DROP FUNCTION hold_mail_to_strangers;
