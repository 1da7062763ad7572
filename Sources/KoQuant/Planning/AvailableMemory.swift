import CShims

extension SystemCalls {
  /// What this process may still take without being killed or making the machine swap: the least of what the
  /// system calls available (MemAvailable) and what its control groups allow; nil when neither is told.
  public func availableMemory(root: String = "") -> Int? {
    let limits = [
      ControlGroup(root: root, calls: self).memory(), meminfo("MemAvailable:", root: root),
    ]
    return limits.compactMap { $0 }.min()
  }

  /// Bytes of this process in memory now, mapped files included; nil where /proc does not tell.
  public func residentMemory() -> Int? { statm(1) }

  /// The part of `residentMemory` that is pages of files; nil where /proc does not tell.
  public func residentFileMemory() -> Int? { statm(2) }

  /// A field of /proc/self/statm, in bytes.
  private func statm(_ index: Int) -> Int? {
    guard let text = contents(of: "/proc/self/statm") else { return nil }
    let fields = text.split(separator: UInt8(ascii: " "), maxSplits: index + 1)
    guard fields.count == index + 2, let pages = ByteCount.parse(fields[index]) else { return nil }
    return pages * Int(kqs_page_size())
  }

  /// A line of /proc/meminfo, "NAME:   123 kB", in bytes.
  private func meminfo(_ name: String, root: String) -> Int? {
    guard let text = contents(of: root + "/proc/meminfo") else { return nil }
    for line in text.split(separator: UInt8(ascii: "\n")) where line.starts(with: name.utf8) {
      let fields = line.dropFirst(name.utf8.count).split(separator: UInt8(ascii: " "))
      guard fields.count == 2, let kibibytes = ByteCount.parse(fields[0]) else { return nil }
      // More than a 32-bit process can address is as good as all that it can.
      return kibibytes < Int.max / 1024 ? kibibytes * 1024 : Int.max
    }
    return nil
  }
}
