-- Of u: who wrote it. AI is one group where few people are behind one of its shares (ai-group.ts).
case when :one_ai::boolean and u.code_source in ('ai_assisted', 'ai_heavy') then 'ai' else u.code_source end
