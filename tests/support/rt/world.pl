# Initial data of the tests' Request Tracker: queues, custom fields, agents with rights, and two customers.
our @Queues = (
    { Name => 'Support',  Description => 'Customers', Lifecycle => 'support', CorrespondAddress => 'support@rt.example', SLADisabled => 0, SLA => 'standard' },
    { Name => 'Escalations', Description => 'Second line', Lifecycle => 'support', CorrespondAddress => 'escalations@rt.example' },
    { Name => 'Secret',   Description => 'Not for agents' },
);

our @CustomFields = (
    { Name => 'Tier', Type => 'SelectSingle', Queue => [ 'Support', 'Escalations' ],
      Values => [ { Name => 'Basic' }, { Name => 'Pro' }, { Name => 'Enterprise' } ] },
    { Name => 'Plan', Type => 'FreeformSingle', Queue => [ 'Support', 'Escalations' ] },
    { Name => 'Tags', Type => 'FreeformMultiple', Queue => [ 'Support', 'Escalations' ] },
);

our @Users = (
    map( { { Name => "agent0$_", Password => 'agent-password', Privileged => 1, EmailAddress => "agent0$_\@rt.example",
             RealName => ( 'Nora Field', 'Ravi Shah', 'Mia Wolf' )[ $_ - 1 ], Timezone => ( 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata' )[ $_ - 1 ] } } 1 .. 3 ),
    { Name => 'reader', Password => 'agent-password', Privileged => 1, EmailAddress => 'reader@rt.example', RealName => 'Only Reader' },
    { Name => 'jo@acme.example',    EmailAddress => 'jo@acme.example',    RealName => 'Jo Marsh',  Organization => 'Acme Ltd', Privileged => 0 },
    { Name => 'chloe@zephyr.example', EmailAddress => 'chloe@zephyr.example', RealName => "Chlo\x{e9} Castillo", Organization => 'Zephyr Textiles', Privileged => 0 },
);

our @Groups = (
    { Name => 'Agents', Description => 'Support', Members => { Users => [qw(agent01 agent02 agent03)] } },
    { Name => 'Readers', Description => 'May look', Members => { Users => ['reader'] } },
);

our @ACL = (
    map( {
        my $queue = $_;
        map { { GroupDomain => 'UserDefined', GroupId => 'Agents', Queue => $queue, Right => $_ } }
            qw(SeeQueue ShowTicket ShowTicketComments ShowOutgoingEmail CreateTicket ReplyToTicket CommentOnTicket ModifyTicket OwnTicket TakeTicket StealTicket
               ReassignTicket DeleteTicket Watch WatchAsAdminCc SeeCustomField ModifyCustomField),
    } qw(Support Escalations) ),
    map( { { GroupDomain => 'UserDefined', GroupId => 'Agents', Right => $_ } } qw(ManageAuthTokens ModifySelf SeeGroup SeeCustomField) ),
    map( { { GroupDomain => 'UserDefined', GroupId => 'Readers', Queue => 'Support', Right => $_ } } qw(SeeQueue ShowTicket SeeCustomField) ),
    map( { { GroupDomain => 'SystemInternal', GroupType => 'Everyone', Queue => 'Support', Right => $_ } } qw(CreateTicket ReplyToTicket) ),
);

# What customers write begins in the middle: RT itself begins with the lowest.
our @Final = (
    sub {
        my $queue = RT::Queue->new( RT->SystemUser );
        $queue->Load('Support');
        $queue->SetDefaultValue( Name => 'InitialPriority', Value => 50 );
    },
);
1;
