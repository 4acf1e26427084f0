DROP FUNCTION live_concerns, live_visible, live_sessions, live_changes, portal_hears_of;
