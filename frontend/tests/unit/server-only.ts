// Replaces the package that only Next's compiler can resolve.
export {};
