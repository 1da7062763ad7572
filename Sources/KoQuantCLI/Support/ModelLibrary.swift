import CShims
import Interchange
import KoQuant

/// The models that are found without being named, best first: what `KOQUANT_MODEL` says, then those beside the
/// program, those of the checkout it was built in, and the user's own.
struct ModelLibrary {
  struct Entry: Equatable {
    /// The file's name without `.koq`.
    var name: String
    var path: String
  }

  /// A folder, or a single file, and why it is looked at.
  struct Place: Equatable {
    var path: String
    var reason: String
  }

  let places: [Place]
  let entries: [Entry]
  /// What `KOQUANT_MODEL` says, where it leads to no model.
  private let unknown: String?

  /// - Parameters:
  ///   - executable: path of the running program; nil when the system does not tell.
  ///   - environment: value of a variable, nil when it is not set.
  init(
    executable: String? = Self.runningProgram(),
    environment: (String) -> String? = { kqs_environment($0).map { String(cString: $0) } }
  ) {
    func value(_ name: String) -> String? { environment(name).flatMap { $0.isEmpty ? nil : $0 } }
    let customary = Self.customaryPlaces(executable: executable, value)
    let wanted = value("KOQUANT_MODEL")
    places = (wanted.map { [Place(path: $0, reason: "KOQUANT_MODEL")] } ?? []) + customary
    let chosen = wanted.map { FolderListing.models(at: $0) } ?? []
    var paths = chosen + customary.flatMap { FolderListing.models(at: $0.path) }
    let named = chosen.isEmpty ? paths.firstIndex { Self.name(of: $0) == wanted } : nil
    if let named { paths.insert(paths.remove(at: named), at: 0) }
    unknown = chosen.isEmpty && named == nil ? wanted : nil
    var found: [Entry] = []
    for path in paths where !found.contains(where: { $0.path == path }) {
      found.append(Entry(name: Self.name(of: path), path: path))
    }
    entries = found
  }

  /// The model that is used when none is named; throws where `KOQUANT_MODEL` names one that is not there.
  func preferred() throws(Failure) -> Entry? {
    if let unknown {
      throw Failure(
        ExitStatus.missingInput,
        "KOQUANT_MODEL is \(quoted(unknown)): no file, no folder with models, nor a name from `koquant models`"
      )
    }
    return entries.first
  }

  /// The path that `wanted` stands for: a file's path, or the name of a model in the library, whose folders are
  /// searched only then.
  static func path(of wanted: String?) throws(Failure) -> String {
    if let wanted, wanted.contains("/") || wanted.hasSuffix(suffix) { return wanted }
    return try ModelLibrary().path(of: wanted)
  }

  func path(of wanted: String?) throws(Failure) -> String {
    guard let wanted else {
      if let preferred = try preferred() { return preferred.path }
      let searched = places.map { "\($0.path) (\($0.reason))" }.joined(separator: ", ")
      throw Failure(
        ExitStatus.missingInput,
        "no model found: name one with --model or KOQUANT_MODEL, or put one into any of \(searched)")
    }
    if let entry = entries.first(where: { $0.name == wanted }) { return entry.path }
    if SystemCalls.live.exists(wanted) { return wanted }
    throw Failure(
      ExitStatus.missingInput, "\(quoted(wanted)) is neither a file nor a name from `koquant models`")
  }

  private static let suffix = ".koq"

  private static func name(of path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    return file.hasSuffix(suffix) ? String(file.dropLast(suffix.count)) : file
  }
}

extension ModelLibrary {
  /// Folders between the program and the root of the checkout that it was built in.
  private static let checkoutDepth = 4

  private static func customaryPlaces(executable: String?, _ value: (String) -> String?) -> [Place] {
    var places: [Place] = []
    if let folder = executable.flatMap(parent) {
      places.append(Place(path: folder, reason: "beside the program"))
      if let prefix = parent(of: folder) {
        places.append(Place(path: "\(prefix)/share/koquant", reason: "installed with the program"))
      }
      if let checkout = checkout(above: folder) {
        places.append(Place(path: "\(checkout)/Models", reason: "the checkout"))
      }
    }
    if let data = value("XDG_DATA_HOME") ?? value("HOME").map({ "\($0)/.local/share" }) {
      places.append(Place(path: "\(data)/koquant", reason: "the user's models"))
    }
    return places
  }

  /// The nearest folder above that holds a package.
  private static func checkout(above folder: String) -> String? {
    var folder = folder
    for _ in 0..<checkoutDepth {
      guard let above = parent(of: folder) else { return nil }
      folder = above
      if FolderListing.names(in: folder).contains("Package.swift") { return folder }
    }
    return nil
  }

  private static func parent(of path: String) -> String? {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash != path.startIndex else { return nil }
    return String(path[..<slash])
  }

  private static func runningProgram() -> String? {
    var path = [CChar](repeating: 0, count: 4096)
    guard kqs_resolve("/proc/self/exe", &path, path.count) == 0 else { return nil }
    return path.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } }
  }
}
