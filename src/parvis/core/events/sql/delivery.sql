-- A subscriber takes an event, once: the receipt, and the act unless the receipt was there. A function, because its plans
-- are kept for the session: planned anew for each delivery, under the policies, they cost more than they do.
-- The commit need not wait for the disk: the queue's own mark that the job is done is written later, waits, and takes
-- everything before it along. Without that mark the job runs again.
CREATE OR REPLACE FUNCTION parvis.take_delivery(this uuid, subscriber text)
RETURNS SETOF public.audit_entry
LANGUAGE plpgsql VOLATILE SECURITY INVOKER AS $$
BEGIN
  INSERT INTO public.events_receipt (event_id, handler, at) VALUES (this, subscriber, now()) ON CONFLICT DO NOTHING;
  IF FOUND THEN
    PERFORM set_config('synchronous_commit', 'off', true);
    RETURN QUERY SELECT entry.* FROM public.audit_entry AS entry WHERE entry.id = this;
  END IF;
END $$;
