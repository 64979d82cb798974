# Run in a Perl that has loaded RT: the campaign's queue, its agents and customers, and a queue that nobody sees.
# Prints the ids that the campaign has to know, a word and a number a line.
my $create = sub {
    my ( $class, %values ) = @_;
    my $object = $class->new( RT->SystemUser );
    my ( $id, $message ) = $object->Create(%values);
    die "$class: $message" unless $id;
    return $object;
};
my $grant = sub {
    my ( $principal, $object, @rights ) = @_;
    for my $right (@rights) {
        my ( $ok, $message ) = $principal->GrantRight( Right => $right, Object => $object );
        die "$right: $message" unless $ok;
    }
};

for my $name (qw(dan eve)) {
    my $user = $create->(
        'RT::User',
        Name => "$name\@customer.example", EmailAddress => "$name\@customer.example", RealName => ucfirst $name,
        Password => 'agent-password', Privileged => 0,
    );
    print "$name ", $user->id, "\n";
}

# mails are not what this is about, and would take half of the time
my $scrips = RT::Scrips->new( RT->SystemUser );
$scrips->UnLimit;
while ( my $scrip = $scrips->Next ) {
    $scrip->SetDisabled(1) if ( $scrip->Description // '' ) =~ /notify|autoreply/i;
}

my @queues;
for my $name (qw(Hidden Campaign)) {
    my $queue = $create->(
        'RT::Queue', Name => $name, Lifecycle => 'support', CorrespondAddress => lc("$name\@rt.example"),
    );
    print lc $name, ' ', $queue->id, "\n";
    push @queues, $queue;
}
my $queue = $queues[1];

my $group = RT::Group->new( RT->SystemUser );
my ( $made, $why ) = $group->CreateUserDefinedGroup( Name => 'Campaign' );
die $why unless $made;
for my $name (qw(ada ben cleo)) {
    my $user = $create->(
        'RT::User',
        Name => $name, EmailAddress => "$name\@rt.example", RealName => ucfirst $name,
        Password => 'agent-password', Privileged => 1,
    );
    print "$name ", $user->id, "\n";
    my ( $ok, $message ) = $group->AddMember( $user->PrincipalId );
    die $message unless $ok;
}
$grant->(
    $group->PrincipalObj, $queue,
    qw(SeeQueue ShowTicket ShowTicketComments CreateTicket ReplyToTicket CommentOnTicket ModifyTicket OwnTicket),
    qw(TakeTicket StealTicket ReassignTicket DeleteTicket SeeCustomField ModifyCustomField),
);
$grant->( $group->PrincipalObj, RT->System, qw(ModifySelf SeeCustomField) );

my $role = $queue->RoleGroup('Requestor');
unless ( $role->id ) {
    $role = RT::Group->new( RT->SystemUser );
    $role->CreateRoleGroup( Name => 'Requestor', Object => $queue );
}
$grant->( $role->PrincipalObj, $queue, qw(SeeQueue ShowTicket ReplyToTicket) );

for my $name (qw(Reference Tags)) {
    my $field = RT::CustomField->new( RT->SystemUser );
    $field->LoadByName( Name => $name, LookupType => 'RT::Queue-RT::Ticket' );
    $field = $create->(
        'RT::CustomField',
        Name => $name, Type => 'FreeformSingle', LookupType => 'RT::Queue-RT::Ticket',
    ) unless $field->id;
    print "\L$name\E ", $field->id, "\n";
    for my $each (@queues) {
        my ( $ok, $message ) = $field->AddToObject($each);
        die $message unless $ok;
    }
}
