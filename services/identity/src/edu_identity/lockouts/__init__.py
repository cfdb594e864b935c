"""Lock-outs: after ten wrong passwords an account is closed to that client for a while."""
