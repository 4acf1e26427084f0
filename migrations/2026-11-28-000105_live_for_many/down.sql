DROP FUNCTION live_for;
