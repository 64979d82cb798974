# Run in a Perl that has loaded RT: for each slot of the campaign (the arguments) a queue that only its own agents see.
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
for my $slot ( 'Hidden', @ARGV ) {
    my $queue = $create->(
        'RT::Queue',
        Name => "Campaign $slot", Lifecycle => 'support', CorrespondAddress => "campaign$slot\@rt.example",
    );
    print "queue$slot ", $queue->id, "\n";
    push @queues, $queue;
    next if $slot eq 'Hidden';
    my $group = RT::Group->new( RT->SystemUser );
    my ( $id, $message ) = $group->CreateUserDefinedGroup( Name => "Campaign $slot" );
    die $message unless $id;
    for my $name (qw(ada ben cleo)) {
        my $user = $create->(
            'RT::User',
            Name => "$name$slot", EmailAddress => "$name$slot\@rt.example", RealName => ucfirst $name,
            Password => 'agent-password', Privileged => 1,
        );
        print "$name$slot ", $user->id, "\n";
        my ( $ok, $why ) = $group->AddMember( $user->PrincipalId );
        die $why unless $ok;
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
}

for my $name (qw(Reference Tags)) {
    my $field = RT::CustomField->new( RT->SystemUser );
    $field->LoadByName( Name => $name, LookupType => 'RT::Queue-RT::Ticket' );
    $field = $create->(
        'RT::CustomField',
        Name => $name, Type => 'FreeformSingle', LookupType => 'RT::Queue-RT::Ticket',
    ) unless $field->id;
    print "\L$name\E ", $field->id, "\n";
    for my $queue (@queues) {
        my ( $ok, $message ) = $field->AddToObject($queue);
        die $message unless $ok;
    }
}
