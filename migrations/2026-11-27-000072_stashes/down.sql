DROP FUNCTION stash_form, has_stash_room, stashed_form, forget_stashes;
DROP TABLE form_stashes;
