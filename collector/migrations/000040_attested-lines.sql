-- Notes may come after the lines of their commit were read: then the lines are read again.
alter table git_commit add column attested_digest text;
comment on column git_commit.attested_digest is 'Digest of the valid line attestations under which its lines were read (lifetimes); another one now = they are read again. Null = none then, or its lines were not read yet.';
