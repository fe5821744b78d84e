# sourced: the user's cache, where what takes long to make is kept. Nothing in it is needed to build the programs.
cache_dir=${XDG_CACHE_HOME:-$HOME/.cache}/padam
mkdir -p "$cache_dir"

# cache_key FILE...: one word for the contents of these files
cache_key() { cat "$@" | sha256sum | cut -c1-16; }

# cache_lock NAME: held until the caller ends, so that two builds do not make the same thing
cache_lock() {
	exec 9>"$cache_dir/$1.lock"
	flock 9
}
