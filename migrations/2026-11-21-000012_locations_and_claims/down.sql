DROP FUNCTION renew_claims;
DROP TRIGGER keep_claims ON users;
DROP FUNCTION keep_claims;
REVOKE SELECT (products, claims_version) ON users FROM clientele_app;
DROP FUNCTION has_place;
DROP TABLE locations;
