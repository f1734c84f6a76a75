-- Changes by the hash that draws a sample of them: so that drawing some does not look at all.

create index change_survival_drawn on change_survival ((hashint8extended(change_id, 0) & 1048575));
