/// What the control groups (versions 1 and 2) of this process grant it, read at their customary places.
public struct ControlGroup: Sendable {
  private let root: String
  private let calls: SystemCalls

  /// - Parameters:
  ///   - root: prefix of "/proc" and "/sys", for tests.
  ///   - calls: by which files are read.
  public init(root: String = "", calls: SystemCalls = .live) {
    self.root = root
    self.calls = calls
  }

  /// Whole CPUs that the tightest quota on the way from this process's group to the root amounts to, rounded
  /// up; nil without a quota.
  public func processors() -> Int? {
    least("cpu") { folder, isUnified in isUnified ? unifiedQuota(folder) : legacyQuota(folder) }
  }

  /// Bytes of the tightest limit on memory on the same way; nil without one.
  public func memory() -> Int? {
    least("memory") { folder, isUnified in
      let file = folder + (isUnified ? "/memory.max" : "/memory.limit_in_bytes")
      // "max", or in version 1 a number near 2^63, when there is no limit.
      guard let text = calls.contents(of: file), let bytes = Self.number(text[...]) else { return nil }
      return bytes >> 60 == 0 ? bytes : nil
    }
  }

  /// The least of what `limit` reads in the folders of this process's groups for `controller` and of all groups
  /// above them.
  private func least(
    _ controller: StaticString, _ limit: (_ folder: String, _ isUnified: Bool) -> Int?
  ) -> Int? {
    var least: Int?
    for membership in memberships() {
      for place in membership.places(for: controller) {
        for directory in Self.ancestors(of: membership.path) {
          let folder = root + "/sys/fs/cgroup" + place + directory
          guard let granted = limit(folder, membership.isUnified) else { continue }
          least = min(least ?? granted, granted)
        }
      }
    }
    return least
  }

  /// "cpu.max": "QUOTA PERIOD" or "max PERIOD", microseconds.
  private func unifiedQuota(_ folder: String) -> Int? {
    guard let text = calls.contents(of: folder + "/cpu.max") else { return nil }
    let fields = text.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
    guard fields.count == 2 else { return nil }
    return Self.processors(quota: Self.number(fields[0]), period: Self.number(fields[1]))
  }

  /// "cpu.cfs_quota_us", -1 for none, and "cpu.cfs_period_us".
  private func legacyQuota(_ folder: String) -> Int? {
    guard let quota = calls.contents(of: folder + "/cpu.cfs_quota_us"),
      let period = calls.contents(of: folder + "/cpu.cfs_period_us")
    else { return nil }
    return Self.processors(quota: Self.number(quota[...]), period: Self.number(period[...]))
  }

  private static func processors(quota: Int?, period: Int?) -> Int? {
    guard let quota, let period, quota > 0, period > 0 else { return nil }
    return max(1, quota / period + (quota % period == 0 ? 0 : 1))
  }

  /// Decimal digits up to a line end; nil for anything else.
  private static func number(_ text: ArraySlice<UInt8>) -> Int? {
    var value: Int?
    for byte in text where byte != UInt8(ascii: "\n") {
      guard (48...57).contains(byte) else { return nil }
      let (product, tooMany) = (value ?? 0).multipliedReportingOverflow(by: 10)
      let (sum, tooLarge) = product.addingReportingOverflow(Int(byte - 48))
      if tooMany || tooLarge { return nil }
      value = sum
    }
    return value
  }
}

extension ControlGroup {
  /// A line of /proc/self/cgroup: "ID:CONTROLLERS:PATH", with no controllers in version 2.
  private struct Membership {
    var controllers: [ArraySlice<UInt8>]
    /// Starts with a slash, ends without one.
    var path: [UInt8]
    var isUnified: Bool { controllers.isEmpty }

    /// Where the hierarchy of a controller may be mounted below /sys/fs/cgroup.
    func places(for controller: StaticString) -> [String] {
      if isUnified { return ["", "/unified"] }
      let wanted = UnsafeBufferPointer(start: controller.utf8Start, count: controller.utf8CodeUnitCount)
      guard controllers.contains(where: { $0.elementsEqual(wanted) }) else { return [] }
      var all = ""
      for name in controllers {
        all += (all.utf8.isEmpty ? "/" : ",") + String(decoding: name, as: UTF8.self)
      }
      return ["/" + String(decoding: wanted, as: UTF8.self), all]
    }
  }

  private func memberships() -> [Membership] {
    guard let text = calls.contents(of: root + "/proc/self/cgroup") else { return [] }
    var memberships: [Membership] = []
    for line in text.split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3, fields[2].first == UInt8(ascii: "/") else { continue }
      var path = Array(fields[2])
      if path.last == UInt8(ascii: "/") { path.removeLast() }
      memberships.append(Membership(controllers: fields[1].split(separator: UInt8(ascii: ",")), path: path))
    }
    return memberships
  }

  /// "/a/b", "/a" and "": a limit of any of them counts, and a container may see only the last.
  private static func ancestors(of path: [UInt8]) -> [String] {
    var all: [String] = []
    var rest = path[...]
    while !rest.isEmpty {
      all.append(String(decoding: rest, as: UTF8.self))
      guard let slash = rest.lastIndex(of: UInt8(ascii: "/")) else { break }
      rest = rest[..<slash]
    }
    return all + [""]
  }
}
