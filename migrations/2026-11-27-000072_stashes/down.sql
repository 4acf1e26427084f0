DROP FUNCTION stash_form, stashed_form, forget_stashes;
DROP TABLE form_stashes;
