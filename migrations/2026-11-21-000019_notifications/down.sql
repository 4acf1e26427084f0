DROP FUNCTION contact_people, colleagues;
DROP FUNCTION who_sees;
DROP TABLE notification_choices, notifications;
ALTER TABLE users DROP COLUMN phone;
