DROP FUNCTION kept_files;
DROP TABLE attachments;
