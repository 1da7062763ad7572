import KoQuant

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Names in folders, sorted; a folder that cannot be read has none.
enum FolderListing {
  /// Visible names in `folder`.
  static func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
        name.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: name.pointee)) {
          String(cString: $0)
        }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  /// The model files at `path`: the file itself, or those in the folder and in its subfolders.
  static func models(at path: String) -> [String] {
    let calls = SystemCalls.live
    if path.hasSuffix(".koq") || (calls.exists(path) && !calls.isDirectory(path)) { return [path] }
    return names(in: path).flatMap { name -> [String] in
      let entry = "\(path)/\(name)"
      if name.hasSuffix(".koq") { return [entry] }
      return names(in: entry).filter { $0.hasSuffix(".koq") }.map { "\(entry)/\($0)" }
    }
  }
}
