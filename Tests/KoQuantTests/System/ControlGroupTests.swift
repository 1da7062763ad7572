import Foundation
import KoQuant
import Testing

@Suite struct ControlGroupTests {
  private func processors(_ files: [String: String]) throws -> Int? {
    let scratch = try Scratch()
    for (name, text) in files {
      let path = scratch.path + name
      try FileManager.default.createDirectory(
        atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
    return ControlGroup(root: scratch.path).processors()
  }

  @Test func noLimits() throws {
    #expect(try processors([:]) == nil)
    #expect(
      try processors(["/proc/self/cgroup": "0::/a\n", "/sys/fs/cgroup/a/cpu.max": "max 100000\n"]) == nil)
  }

  @Test(arguments: [
    ("100000 100000\n", 1), ("150000 100000\n", 2), ("1000 100000\n", 1), ("400000 100000", 4),
  ])
  func versionTwo(text: String, expected: Int) throws {
    #expect(
      try processors(["/proc/self/cgroup": "0::/a/b\n", "/sys/fs/cgroup/a/b/cpu.max": text]) == expected)
  }

  @Test func theTightestAncestorCounts() throws {
    #expect(
      try processors([
        "/proc/self/cgroup": "0::/a/b\n", "/sys/fs/cgroup/a/b/cpu.max": "max 100000\n",
        "/sys/fs/cgroup/a/cpu.max": "250000 100000\n", "/sys/fs/cgroup/cpu.max": "500000 100000\n",
      ]) == 3)
  }

  @Test func aContainerSeesOnlyItsRoot() throws {
    #expect(
      try processors([
        "/proc/self/cgroup": "0::/docker/0123\n", "/sys/fs/cgroup/cpu.max": "200000 100000\n",
      ]) == 2)
  }

  @Test func versionOne() throws {
    #expect(
      try processors([
        "/proc/self/cgroup": "5:memory:/x\n4:cpu,cpuacct:/x\n",
        "/sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_quota_us": "150000\n",
        "/sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_period_us": "50000\n",
      ]) == 3)
    #expect(
      try processors([
        "/proc/self/cgroup": "4:cpu:/\n", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
        "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
      ]) == nil)
  }

  @Test(arguments: ["", "max", "1", "a b", "99999999999999999999 1", "1 0", "0 1", "1 2 3", "\u{0}", "-5 1"])
  func nonsenseIsNoLimit(text: String) throws {
    #expect(try processors(["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": text]) == nil)
  }

  @Test(arguments: ["x", "::", "0::", "0::relative\n", ":::::\n", "\n\n"])
  func nonsenseMemberships(text: String) throws {
    #expect(try processors(["/proc/self/cgroup": text, "/sys/fs/cgroup/cpu.max": "x"]) == nil)
  }
}

@Suite struct CPUTests {
  @Test func detects() {
    let features = CPU.detect().features
    #if arch(arm64)
      #expect(features.contains(.neon))
    #elseif arch(x86_64)
      #expect(!features.contains(.neon))
      if features.contains(.avx512VNNI) { #expect(features.contains(.avx2)) }
    #endif
    #expect(CPU.name().utf8.count < 128)
  }
}
