DROP FUNCTION contact_people, colleagues;
DROP FUNCTION who_sees;
DROP TABLE notification_choices, notifications;
REVOKE SELECT (phone), UPDATE (phone) ON users FROM clientele_app;
