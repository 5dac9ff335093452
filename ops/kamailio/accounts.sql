-- Once, as the owner of the program's database: a role for Kamailio that reads the phones' accounts and nothing else.
-- The view holds MD5 digests (RFC 2617, realm 055055), never a password.
create role kamailio login password :'password' connection limit 20;
grant select on v_phone_accounts to kamailio;
