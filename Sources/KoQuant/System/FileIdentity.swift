import CShims

extension SystemCalls {
  /// Whether two paths lead to the same file; false when one of them leads nowhere.
  public func areSameFile(_ a: String, _ b: String) -> Bool {
    guard let first = status(of: a), let second = status(of: b) else { return false }
    return first.isSameFile(as: second)
  }

  /// Whether a path leads to what is open as `descriptor`.
  public func isFile(_ path: String, descriptor: Int32) -> Bool {
    var opened = kqs_status()
    guard let found = status(of: path), descriptorStatus(descriptor, &opened) >= 0 else { return false }
    return found.isSameFile(as: opened)
  }

  public func isDirectory(_ path: String) -> Bool { status(of: path)?.is_directory ?? false }

  /// Whether a path leads to anything.
  public func exists(_ path: String) -> Bool { status(of: path) != nil }

  private func status(of path: String) -> kqs_status? {
    var status = kqs_status()
    guard (try? withPath(.inspect, path, { pathStatus($0, &status) })) == 0 else { return nil }
    return status
  }
}

extension kqs_status {
  fileprivate func isSameFile(as other: kqs_status) -> Bool {
    device == other.device && inode == other.inode
  }
}
