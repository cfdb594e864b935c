"""Lock-outs: after ten wrong passwords an account is locked for that client for a while."""
