DROP TRIGGER says_something ON ticket_messages;
DROP FUNCTION check_message_says_something;
DROP FUNCTION kept_files;
DROP TABLE attachments;
