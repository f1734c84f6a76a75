-- What panels look for without reading all of it: signs of life of a tool, and changes that are open.

create index tool_event_time on tool_event (tool_id, at);
create index tool_event_user on tool_event (tool_id, person_id, at);
create index change_merged_at on change (merged_at);
