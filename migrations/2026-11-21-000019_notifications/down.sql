DROP FUNCTION who_sees_ticket;
DROP TABLE notification_choices, notifications;
ALTER TABLE users DROP COLUMN phone;
