import CShims

extension SystemCalls {
  /// Whether two paths lead to the same file; false when one of them leads nowhere.
  public func areSameFile(_ a: String, _ b: String) -> Bool {
    var first = kqs_status()
    var second = kqs_status()
    guard (try? withPath(.inspect, a, { pathStatus($0, &first) })) == 0,
      (try? withPath(.inspect, b, { pathStatus($0, &second) })) == 0
    else { return false }
    return first.device == second.device && first.inode == second.inode
  }
}
