"""What :mod:`sensing.store.merging` is made of.

:mod:`~sensing.store.merge.visiting` reads the other file without touching it,
:mod:`~sensing.store.merge.rows` gives its rows ids of ours. What is the same here and there is for
:mod:`~sensing.store.merge.sessions` to say of recordings and sessions,
:mod:`~sensing.store.merge.told` of what was told of them, :mod:`~sensing.store.merge.known` and
:mod:`~sensing.store.merge.analyses` of what was found, :mod:`~sensing.store.merge.words` of what
people said, :mod:`~sensing.store.merge.profiles` of calibrations and
:mod:`~sensing.store.merge.people` of the rest. Every function runs inside its caller's transaction.
"""
