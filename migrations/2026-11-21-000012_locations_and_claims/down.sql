DROP FUNCTION renew_claims;
DROP TRIGGER keep_claims ON users;
DROP FUNCTION keep_claims;
ALTER TABLE users DROP COLUMN claims_version, DROP COLUMN products;
DROP FUNCTION has_place;
DROP TABLE locations;
