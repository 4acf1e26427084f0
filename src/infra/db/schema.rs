// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "tsvector", schema = "pg_catalog"))]
    pub struct Tsvector;
}

diesel::table! {
    access_alerts (id) {
        id -> Uuid,
        tenant_id -> Nullable<Uuid>,
        hour -> Timestamptz,
        count -> Int4,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    account_tokens (id) {
        id -> Uuid,
        token_hash -> Bytea,
        tenant_id -> Nullable<Uuid>,
        user_id -> Nullable<Uuid>,
        purpose -> Text,
        new_email -> Nullable<Text>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
        withdrawn_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    api_keys (tenant_id, id) {
        id -> Uuid,
        tenant_id -> Uuid,
        customer_id -> Uuid,
        name -> Text,
        prefix -> Text,
        key_hash -> Bytea,
        scopes -> Array<Nullable<Text>>,
        foreign_id -> Nullable<Text>,
        expires_at -> Nullable<Timestamptz>,
        last_used_at -> Nullable<Timestamptz>,
        last_used_from -> Text,
        revoked_at -> Nullable<Timestamptz>,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    attachments (tenant_id, id) {
        id -> Uuid,
        tenant_id -> Uuid,
        customer_id -> Uuid,
        ticket_id -> Uuid,
        message_id -> Uuid,
        name -> Text,
        content_type -> Text,
        size -> Int8,
        sha256 -> Text,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    bootstrap_keys (tenant_id, id) {
        id -> Uuid,
        tenant_id -> Uuid,
        customer_id -> Uuid,
        key_hash -> Bytea,
        issued_at -> Timestamptz,
        issued_by -> Nullable<Uuid>,
        redeemed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    call_notes (tenant_id, id) {
        id -> Uuid,
        tenant_id -> Uuid,
        customer_id -> Uuid,
        note -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    calls (tenant_id, id) {
        id -> Uuid,
        tenant_id -> Uuid,
        customer_id -> Uuid,
        requester_id -> Nullable<Uuid>,
        requester_contact_id -> Nullable<Uuid>,
        requester_name -> Text,
        phone -> Text,
        topic -> Text,
        ticket_id -> Nullable<Uuid>,
        time_zone -> Nullable<Text>,
        slots -> Array<Nullable<Timestamptz>>,
        slot_minutes -> Int4,
        status -> Text,
        direction -> Text,
        assignee_id -> Nullable<Uuid>,
        worker_id -> Nullable<Uuid>,
        assignee_name -> Text,
        scheduled_at -> Nullable<Timestamptz>,
        scheduled_minutes -> Nullable<Int4>,
        outcome -> Nullable<Text>,
        cancelled_by -> Nullable<Uuid>,
        cancelled_by_name -> Text,
        cancel_reason -> Text,
        closed_at -> Nullable<Timestamptz>,
        created_by -> Nullable<Uuid>,
        updated_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
        due_at -> Timestamptz,
    }
}

diesel::table! {
    companies (tenant_id, id) {
        id -> Uuid,
        tenant_id -> Uuid,
        name -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Tsvector;

    contacts (tenant_id, id) {
        id -> Uuid,
        tenant_id -> Uuid,
        customer_id -> Uuid,
        first_name -> Text,
        last_name -> Text,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        job_role -> Text,
        contact_type -> Text,
        location -> Text,
        notes -> Text,
        is_primary -> Bool,
        created_by -> Nullable<Uuid>,
        updated_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
        search -> Tsvector,
    }
}

diesel::table! {
    customer_figures (tenant_id, customer_id) {
        tenant_id -> Uuid,
        customer_id -> Uuid,
        contacts -> Int4,
        tickets -> Int4,
        open_tickets -> Int4,
        waiting_since -> Timestamptz,
        last_contact_at -> Timestamptz,
        next_call_at -> Timestamptz,
        tag_ids -> Array<Nullable<Uuid>>,
    }
}

diesel::table! {
    customer_success_owned_customers (tenant_id, id) {
        id -> Uuid,
        tenant_id -> Uuid,
        user_id -> Uuid,
        customer_id -> Uuid,
        created_at -> Timestamptz,
        updated_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    customer_tags (tenant_id, customer_id, tag_id) {
        tenant_id -> Uuid,
        customer_id -> Uuid,
        tag_id -> Uuid,
    }
}

diesel::table! {
    customer_visits (tenant_id, user_id, customer_id) {
        tenant_id -> Uuid,
        user_id -> Uuid,
        customer_id -> Uuid,
        visited_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Tsvector;

    customers (tenant_id, id) {
        id -> Uuid,
        tenant_id -> Uuid,
        name -> Text,
        customer_type -> Text,
        lifecycle_stage -> Text,
        source -> Text,
        company_id -> Nullable<Uuid>,
        email -> Nullable<Text>,
        email_domain -> Nullable<Text>,
        phone -> Nullable<Text>,
        website -> Nullable<Text>,
        billing_address -> Jsonb,
        service_address -> Jsonb,
        notes -> Text,
        products -> Array<Nullable<Text>>,
        external_id -> Nullable<Text>,
        industry_sector -> Nullable<Text>,
        industry_group -> Nullable<Text>,
        classification -> Nullable<Text>,
        size_range -> Nullable<Text>,
        linkedin_url -> Nullable<Text>,
        x_url -> Nullable<Text>,
        facebook_url -> Nullable<Text>,
        instagram_url -> Nullable<Text>,
        youtube_url -> Nullable<Text>,
        github_url -> Nullable<Text>,
        session_expiration_seconds -> Nullable<Int4>,
        revenue_total -> Numeric,
        first_purchase_on -> Nullable<Date>,
        last_purchase_on -> Nullable<Date>,
        churned_at -> Nullable<Timestamptz>,
        is_disabled -> Bool,
        created_by -> Nullable<Uuid>,
        updated_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
        portal_changed_at -> Nullable<Timestamptz>,
        name_key -> Text,
        search -> Tsvector,
        call_requests_allowed -> Bool,
        is_tenant_customer -> Bool,
        vat_number -> Nullable<Text>,
    }
}

diesel::table! {
    deactivations (tenant_id, id) {
        id -> Uuid,
        tenant_id -> Uuid,
        customer_id -> Uuid,
        grace_ends_at -> Timestamptz,
        reason -> Text,
        explanation -> Text,
        likelihood -> Nullable<Int2>,
        context -> Text,
        requested_by -> Text,
        asked_at -> Nullable<Timestamptz>,
        asked_by -> Nullable<Uuid>,
        asked_words -> Text,
        reactivated_at -> Nullable<Timestamptz>,
        reactivated_by -> Nullable<Uuid>,
        churned_at -> Nullable<Timestamptz>,
        ended_at -> Nullable<Timestamptz>,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    events (id, occurred_at) {
        id -> Int8,
        tenant_id -> Nullable<Uuid>,
        topic -> Text,
        entity -> Text,
        entity_id -> Uuid,
        customer_id -> Nullable<Uuid>,
        actor_id -> Nullable<Uuid>,
        audience -> Text,
        operation -> Text,
        before -> Nullable<Jsonb>,
        after -> Nullable<Jsonb>,
        changed -> Array<Nullable<Text>>,
        request_id -> Nullable<Text>,
        transaction_id -> Int8,
        occurred_at -> Timestamptz,
    }
}

diesel::table! {
    import_files (tenant_id, import_id) {
        tenant_id -> Uuid,
        import_id -> Uuid,
        content -> Bytea,
        problems -> Bytea,
    }
}

diesel::table! {
    imports (tenant_id, id) {
        id -> Uuid,
        tenant_id -> Uuid,
        created_by -> Nullable<Uuid>,
        file_name -> Text,
        reading -> Jsonb,
        mapping -> Jsonb,
        outcome -> Jsonb,
        skip_bad -> Bool,
        state -> Text,
        problem -> Nullable<Text>,
        rows_total -> Int4,
        rows_done -> Int4,
        rows_created -> Int4,
        rows_updated -> Int4,
        rows_skipped -> Int4,
        transaction_id -> Nullable<Int8>,
        started_at -> Nullable<Timestamptz>,
        finished_at -> Nullable<Timestamptz>,
        undone_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    locations (tenant_id, id) {
        id -> Uuid,
        tenant_id -> Uuid,
        customer_id -> Uuid,
        name -> Text,
        secondary_name -> Text,
        internal_code -> Nullable<Text>,
        address -> Jsonb,
        country_code -> Text,
        website -> Nullable<Text>,
        phone -> Nullable<Text>,
        email -> Nullable<Text>,
        is_hq -> Bool,
        is_active -> Bool,
        notes -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    mails (id) {
        tenant_id -> Nullable<Uuid>,
        id -> Uuid,
        kind -> Text,
        from_name -> Text,
        to_name -> Text,
        to_address -> Text,
        subject -> Text,
        created_at -> Timestamptz,
        sent_at -> Nullable<Timestamptz>,
        body_text -> Nullable<Text>,
        body_html -> Nullable<Text>,
        file_name -> Nullable<Text>,
        file_type -> Nullable<Text>,
        file_body -> Nullable<Text>,
    }
}

diesel::table! {
    notes (tenant_id, id) {
        id -> Uuid,
        tenant_id -> Uuid,
        customer_id -> Uuid,
        body -> Text,
        is_pinned -> Bool,
        author_name -> Text,
        edited_at -> Nullable<Timestamptz>,
        created_by -> Nullable<Uuid>,
        updated_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    notification_choices (tenant_id, id) {
        id -> Uuid,
        tenant_id -> Uuid,
        user_id -> Uuid,
        kind -> Text,
        in_app -> Bool,
        by_email -> Bool,
    }
}

diesel::table! {
    notifications (tenant_id, id) {
        id -> Uuid,
        tenant_id -> Uuid,
        user_id -> Uuid,
        kind -> Text,
        ticket_id -> Nullable<Uuid>,
        message_id -> Nullable<Uuid>,
        call_id -> Nullable<Uuid>,
        text -> Text,
        in_app -> Bool,
        by_email -> Bool,
        created_at -> Timestamptz,
        read_at -> Nullable<Timestamptz>,
        mailed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    registration_domains (tenant_id, id) {
        id -> Uuid,
        tenant_id -> Uuid,
        customer_id -> Uuid,
        domain -> Text,
        challenge -> Text,
        verified_at -> Nullable<Timestamptz>,
        verified_by -> Nullable<Text>,
        verified_until -> Nullable<Timestamptz>,
        mail_hash -> Nullable<Bytea>,
        mailed_at -> Nullable<Timestamptz>,
        mailed_to -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    registration_settings (tenant_id, id) {
        id -> Uuid,
        tenant_id -> Uuid,
        customer_id -> Uuid,
        is_on -> Bool,
        roles -> Array<Nullable<Text>>,
        host -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    registrations (tenant_id, id) {
        id -> Uuid,
        tenant_id -> Uuid,
        customer_id -> Uuid,
        email -> Text,
        name -> Text,
        password_hash -> Text,
        token_hash -> Nullable<Bytea>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        confirmed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    reset_requests (id) {
        id -> Uuid,
        email -> Text,
        host -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    saved_replies (tenant_id, id) {
        id -> Uuid,
        tenant_id -> Uuid,
        name -> Text,
        body -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
        name_key -> Text,
    }
}

diesel::table! {
    saved_view_pins (tenant_id, user_id, view_id) {
        tenant_id -> Uuid,
        user_id -> Uuid,
        view_id -> Uuid,
    }
}

diesel::table! {
    saved_views (tenant_id, id) {
        id -> Uuid,
        tenant_id -> Uuid,
        user_id -> Uuid,
        name -> Text,
        query -> Text,
        is_shared -> Bool,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Tsvector;

    search_documents (tenant_id, entity, entity_id) {
        tenant_id -> Uuid,
        entity -> Text,
        entity_id -> Uuid,
        customer_id -> Uuid,
        title -> Text,
        detail -> Text,
        search -> Tsvector,
        title_key -> Text,
    }
}

diesel::table! {
    sessions (id) {
        id -> Uuid,
        token_hash -> Bytea,
        tenant_id -> Nullable<Uuid>,
        user_id -> Uuid,
        state -> Jsonb,
        address -> Text,
        agent -> Text,
        created_at -> Timestamptz,
        last_seen_at -> Timestamptz,
        expires_at -> Timestamptz,
        is_browser -> Bool,
        revision -> Int8,
    }
}

diesel::table! {
    sign_in_failures (key) {
        key -> Text,
        account -> Nullable<Text>,
        failures -> Int4,
        last_at -> Timestamptz,
    }
}

diesel::table! {
    signing_keys (id) {
        id -> Bool,
        secret -> Bytea,
        made_at -> Timestamptz,
    }
}

diesel::table! {
    submissions (id) {
        id -> Uuid,
        tenant_id -> Nullable<Uuid>,
        user_id -> Nullable<Uuid>,
        content -> Bytea,
        result -> Jsonb,
        sent_at -> Timestamptz,
    }
}

diesel::table! {
    tags (tenant_id, id) {
        id -> Uuid,
        tenant_id -> Uuid,
        name -> Text,
        colour -> Int2,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
        name_key -> Text,
    }
}

diesel::table! {
    task_routes (topic, handler) {
        topic -> Text,
        handler -> Text,
        fields -> Array<Nullable<Text>>,
        tries -> Int2,
        delay -> Int4,
        written_by -> Text,
    }
}

diesel::table! {
    tasks (id) {
        id -> Int8,
        tenant_id -> Nullable<Uuid>,
        handler -> Text,
        topic -> Nullable<Text>,
        entity_id -> Nullable<Uuid>,
        event_id -> Nullable<Int8>,
        event_at -> Nullable<Timestamptz>,
        due_for -> Nullable<Timestamptz>,
        state -> Text,
        priority -> Int2,
        attempts -> Int2,
        tries -> Int2,
        run_at -> Timestamptz,
        worker -> Nullable<Int4>,
        error -> Nullable<Text>,
        decided_by -> Nullable<Uuid>,
        started_at -> Nullable<Timestamptz>,
        finished_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    tenant_entries (tenant_id, id) {
        id -> Uuid,
        tenant_id -> Uuid,
        user_id -> Uuid,
        user_name -> Text,
        session_id -> Uuid,
        reason -> Text,
        entered_at -> Timestamptz,
        left_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    tenant_versions (tenant_id) {
        tenant_id -> Uuid,
        choices -> Int8,
    }
}

diesel::table! {
    tenants (id) {
        id -> Uuid,
        name -> Text,
        slug -> Text,
        host -> Nullable<Text>,
        time_zone -> Text,
        country -> Text,
        session_expiration_seconds -> Nullable<Int4>,
        is_throwaway -> Bool,
        disabled_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
        served_by -> Nullable<Uuid>,
        served_as -> Nullable<Uuid>,
        access_log_days -> Int4,
        idle_expiration_seconds -> Nullable<Int4>,
    }
}

diesel::table! {
    ticket_copies (tenant_id, ticket_id, user_id) {
        tenant_id -> Uuid,
        customer_id -> Uuid,
        ticket_id -> Uuid,
        user_id -> Uuid,
    }
}

diesel::table! {
    ticket_drafts (tenant_id, ticket_id, user_id, is_internal) {
        tenant_id -> Uuid,
        ticket_id -> Uuid,
        user_id -> Uuid,
        is_internal -> Bool,
        body -> Text,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    ticket_messages (tenant_id, id) {
        id -> Uuid,
        tenant_id -> Uuid,
        customer_id -> Uuid,
        ticket_id -> Uuid,
        is_internal -> Bool,
        from_staff -> Bool,
        author_id -> Nullable<Uuid>,
        author_name -> Text,
        body -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    ticket_numbers (tenant_id) {
        tenant_id -> Uuid,
        last_number -> Int8,
    }
}

diesel::table! {
    ticket_readers (tenant_id, ticket_id, user_id) {
        tenant_id -> Uuid,
        ticket_id -> Uuid,
        user_id -> Uuid,
        read_at -> Timestamptz,
        writing_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Tsvector;

    ticket_search (tenant_id, ticket_id) {
        tenant_id -> Uuid,
        ticket_id -> Uuid,
        customer_id -> Uuid,
        search -> Tsvector,
    }
}

diesel::table! {
    ticket_tags (tenant_id, ticket_id, tag_id) {
        tenant_id -> Uuid,
        customer_id -> Uuid,
        ticket_id -> Uuid,
        tag_id -> Uuid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Tsvector;

    tickets (tenant_id, id) {
        id -> Uuid,
        tenant_id -> Uuid,
        customer_id -> Uuid,
        number -> Int8,
        subject -> Text,
        status -> Text,
        priority -> Text,
        requester_id -> Nullable<Uuid>,
        requester_contact_id -> Nullable<Uuid>,
        requester_name -> Text,
        requested_priority -> Text,
        assignee_id -> Nullable<Uuid>,
        worker_id -> Nullable<Uuid>,
        waiting_since -> Nullable<Timestamptz>,
        first_replied_at -> Nullable<Timestamptz>,
        resolved_at -> Nullable<Timestamptz>,
        customer_wrote_at -> Nullable<Timestamptz>,
        staff_wrote_at -> Nullable<Timestamptz>,
        activity_at -> Timestamptz,
        created_by -> Nullable<Uuid>,
        updated_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
        search -> Tsvector,
        spoke_at -> Timestamptz,
    }
}

diesel::table! {
    used_seals (id) {
        id -> Uuid,
        ends_at -> Timestamptz,
    }
}

diesel::table! {
    users (id) {
        id -> Uuid,
        tenant_id -> Nullable<Uuid>,
        customer_id -> Nullable<Uuid>,
        email -> Text,
        name -> Text,
        name_key -> Text,
        password_hash -> Nullable<Text>,
        is_set_up -> Bool,
        password_changed_at -> Nullable<Timestamptz>,
        roles -> Array<Nullable<Text>>,
        time_zone -> Text,
        compact -> Bool,
        disabled_at -> Nullable<Timestamptz>,
        last_signed_in_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
        products -> Array<Nullable<Text>>,
        claims_version -> Int4,
        phone -> Nullable<Text>,
    }
}

diesel::joinable!(access_alerts -> tenants (tenant_id));
diesel::joinable!(account_tokens -> users (user_id));
diesel::joinable!(companies -> tenants (tenant_id));
diesel::joinable!(imports -> tenants (tenant_id));
diesel::joinable!(mails -> tenants (tenant_id));
diesel::joinable!(saved_replies -> tenants (tenant_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(submissions -> users (user_id));
diesel::joinable!(tags -> tenants (tenant_id));
diesel::joinable!(tenant_entries -> tenants (tenant_id));
diesel::joinable!(ticket_numbers -> tenants (tenant_id));
diesel::joinable!(users -> tenants (tenant_id));

diesel::allow_tables_to_appear_in_same_query!(
    access_alerts,
    account_tokens,
    api_keys,
    attachments,
    bootstrap_keys,
    call_notes,
    calls,
    companies,
    contacts,
    customer_figures,
    customer_success_owned_customers,
    customer_tags,
    customer_visits,
    customers,
    deactivations,
    events,
    import_files,
    imports,
    locations,
    mails,
    notes,
    notification_choices,
    notifications,
    registration_domains,
    registration_settings,
    registrations,
    reset_requests,
    saved_replies,
    saved_view_pins,
    saved_views,
    search_documents,
    sessions,
    sign_in_failures,
    signing_keys,
    submissions,
    tags,
    task_routes,
    tasks,
    tenant_entries,
    tenant_versions,
    tenants,
    ticket_copies,
    ticket_drafts,
    ticket_messages,
    ticket_numbers,
    ticket_readers,
    ticket_search,
    ticket_tags,
    tickets,
    used_seals,
    users,
);
