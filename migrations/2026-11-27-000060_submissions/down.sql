DROP FUNCTION forget_submissions, claim_submission;
DROP TABLE submissions;
