DROP FUNCTION claim_task_groups;
DROP INDEX tasks_turns;
